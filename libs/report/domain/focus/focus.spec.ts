import { hash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { NO_INVOICES } from '#invoice/domain';
import { formatMinor, formatPicos, parsePicos } from '#money';
import { linesOf, pagesOf } from '#statement/domain';
import { amountOf, policyFor } from '../../../invoice/domain/testing.js';
import { readFile } from '../testing.js';
import { focusOf } from './focus.js';
import { focusColumns } from './focus-columns.js';
import type { FocusVersion } from './focus-version.js';
import { contextOf, correctedDraft, mixedDraft, mixedFocus, mixedFocusCsv } from './testing.js';

type Row = Record<string, string>;
const rowsIn = (csv: string): Row[] => parse(csv, { columns: true, record_delimiter: '\r\n' });
const rowsOf = (version: FocusVersion, draft = mixedDraft()) => rowsIn(mixedFocusCsv(version, draft));
const sum = (rows: readonly Row[], column: string) => rows.reduce((total, row) => total + amountIn(row, column), 0n);

function amountIn(row: Row, column: string): bigint {
  const amount = parsePicos(row[column] ?? '');
  if (amount === undefined) throw new Error(`${column} holds ${JSON.stringify(row[column])}, which is no amount`);
  return amount;
}

describe('the FOCUS file', () => {
  const draft = mixedDraft();
  const rows = rowsOf('1.2', draft);
  const trueCost = draft.pools.find(({ pool }) => pool === 'bought')?.cost?.effective;
  const find = (of: Row) => rows.find((row) => Object.entries(of).every(([column, value]) => row[column] === value));

  it('is tried on all that a statement has', () => {
    const lines = draft.teams.flatMap((statement) => statement.lines);
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(
      new Set(['used', 'idle', 'shared', 'unattributed', 'unpriced']),
    );
    expect(new Set(lines.map(({ unit }) => unit))).toEqual(
      new Set(['tokens', 'requests', 'inference_seconds', 'instance_seconds']),
    );
  });

  it('sums to the statement: billed to the cent, effective exactly', () => {
    const { total } = draft.summary;
    expect(sum(rows, 'EffectiveCost')).toBe(total.effective);
    expect(formatPicos(sum(rows, 'BilledCost'))).toBe(formatPicos(parsePicos(formatMinor(total.billed, 'USD')) ?? -1n));
  });

  it('sums to what pools cost at negotiated prices, where these are known, but for the pico of each row', () => {
    const of = (pool: string) => rows.filter((row) => row.x_Pool === pool);
    const bought = draft.pools.find(({ pool }) => pool === 'bought')?.cost;
    expect(bought?.contracted).not.toBe(bought?.effective);
    const off = sum(of('bought'), 'ContractedCost') - (bought?.contracted ?? 0n);
    expect(off < of('bought').length && -off < of('bought').length).toBe(true);
    expect(sum(of('bought'), 'ListCost')).toBe(bought?.list);
    expect(sum(of('spot'), 'ContractedCost')).toBe(sum(of('spot'), 'EffectiveCost'));
    expect(new Set(rows.map((row) => row.x_ContractedCostKnown))).toEqual(new Set(['true']));
  });

  it('sums to it where an invoice says more than that or less', () => {
    for (const amount of [40_000_000_000_000n, 90_000_000_000_000n]) {
      const of = mixedDraft('USD', {
        ...NO_INVOICES,
        amounts: [amountOf({ pool: 'bought', amount })],
        policies: [policyFor('pool:bought')],
      });
      const cost = of.pools.find(({ pool }) => pool === 'bought')?.cost;
      expect([cost?.effective, cost?.adjusted]).toEqual([amount, amount - (trueCost ?? 0n)]);
      const onPool = rowsOf('1.2', of).filter((row) => row.x_Pool === 'bought');
      const off = sum(onPool, 'ContractedCost') - (cost?.contracted ?? 0n);
      expect(off < onPool.length && -off < onPool.length).toBe(true);
    }
  });

  it('takes what it did cost where a negotiated price is not known, and says so', () => {
    const pools = draft.pools.map((of) => ({ ...of, cost: of.cost && { ...of.cost, contracted: null } }));
    const onPool = rowsOf('1.2', { ...draft, pools }).filter((row) => row.x_Pool !== '');
    expect(onPool.length).toBeGreaterThan(0);
    for (const row of onPool)
      expect([row.ContractedCost, row.x_ContractedCostKnown]).toEqual([row.EffectiveCost, 'false']);
  });

  it('says of an attributed line who used what, what it cost and by which SKU', () => {
    expect(find({ SubAccountId: 'a', ResourceName: 'h100', SkuMeter: 'Output Tokens' })).toMatchObject({
      BillingAccountId: '1',
      BillingPeriodStart: '2023-11-01T00:00:00Z',
      ChargePeriodEnd: '2023-12-01T00:00:00Z',
      ChargeDescription: 'Output Tokens of llama on pool h100 (used)',
      ConsumedQuantity: '3',
      ConsumedUnit: 'Tokens',
      EffectiveCost: '5.16',
      BilledCost: '5.16',
      ContractedUnitPrice: '1720000',
      PricingCategory: 'Other',
      PricingQuantity: '0.000003',
      PricingUnit: '1000000 Tokens',
      RegionId: 'us-east-1',
      ResourceId: 'pool/h100',
      SkuId: 'pool/h100/llama/Output Tokens',
      SkuPriceId: 'pool/h100/llama/Output Tokens/policy/3',
      SubAccountType: 'Team',
      Tags: '{"project":"p, \\"q\\"","cost_center":"cc-1"}',
      ChargeClass: '',
      CommitmentDiscountId: '',
      x_ChargeKind: 'used',
      x_TokenClass: 'output',
    });
  });

  it('keeps list and contract price of a provider apart', () => {
    expect(find({ SubAccountId: 'a', x_Model: 'gpt', x_TokenClass: 'output' })).toMatchObject({
      ListUnitPrice: '10',
      ContractedUnitPrice: '9',
      ListCost: '0.00567',
      EffectiveCost: '0.005103',
      PublisherName: 'openai',
      ProviderName: 'default',
      InvoiceIssuerName: 'default',
      PricingCategory: 'Standard',
      RegionId: '',
      SkuPriceId: 'provider/openai/gpt/Output Tokens/price/78',
      x_ListCostKnown: 'true',
    });
  });

  it('shows idle capacity in instance-seconds, on the service it stood for', () => {
    expect(find({ x_ChargeKind: 'idle', x_Pool: 'h100' })).toMatchObject({
      SubAccountId: 'platform',
      ConsumedQuantity: '1800',
      ConsumedUnit: 'Instance-Seconds',
      PricingUnit: 'Instance-Seconds',
      SkuMeter: 'Idle Capacity',
      ServiceName: 'Pool Inference',
      x_Model: '',
    });
  });

  it('takes what it did cost for a list cost that is not known, and says so', () => {
    const spot = find({ x_Pool: 'spot', x_TokenClass: 'output', SubAccountId: 'a' });
    expect(spot?.ListCost).toMatch(/^[1-9]\d*\.\d{9}/);
    expect(spot?.ListCost).toBe(spot?.EffectiveCost);
    expect(spot?.x_ListCostKnown).toBe('false');
  });

  it('has no region where instances stood in two', () => {
    expect(find({ x_Pool: 'timed' })).toMatchObject({ RegionId: '', RegionName: '' });
  });

  it('gives different models different SKUs, whatever is in their names', () => {
    const skus = new Map(
      rows.map((row) => [row.SkuId, JSON.stringify([row.x_Pool, row.x_Provider, row.x_Model, row.SkuMeter])]),
    );
    const keys = new Set(
      rows.map((row) => JSON.stringify([row.x_Pool, row.x_Pool ? '' : row.x_Provider, row.x_Model, row.SkuMeter])),
    );
    expect(skus.size).toBe(keys.size);
  });

  it('leaves out what has no cost and counts it in the manifest', async () => {
    expect(rows.some((row) => row.x_ChargeKind === 'unpriced')).toBe(false);
    const { bytes, text, manifest } = await readFile(mixedFocus('1.2', null, draft));
    expect(text).toBe(mixedFocusCsv('1.2', draft));
    expect(manifest).toMatchObject({
      file: 'focus-1.2_2023-11_all_draft.csv',
      focusVersion: '1.2',
      bytes: bytes.length,
      sha256: hash('sha256', bytes, 'hex'),
      rows: rows.length,
      unpricedRows: 0,
      leftOut: draft.summary.unpriced,
      rowsWithoutListPrice: rows.filter((row) => row.x_ListCostKnown === 'false').length,
      total: { effective: draft.summary.total.effective, billed: draft.summary.total.billed, list: null },
    });
    expect(rows.length + draft.summary.unpriced.lines).toBe(draft.teams.flatMap(({ lines }) => lines).length);
  });

  it('can be of one team', async () => {
    const { text, manifest } = await readFile(mixedFocus('1.2', 'b', draft));
    const own = draft.teams.find(({ team }) => team === 'b');
    expect(sum(rowsIn(text), 'EffectiveCost')).toBe(own?.total.effective);
    expect(manifest).toMatchObject({ team: 'b', leftOut: own?.unpriced });
  });

  it.each(['JPY', 'KWD'])('bills in the minor unit of %s', (currency) => {
    const other = mixedDraft(currency);
    const [billed, total] = [sum(rowsOf('1.2', other), 'BilledCost'), other.summary.total.billed];
    expect(billed).toBe(parsePicos(formatMinor(total, currency)));
  });

  it('has no rows for a month without cost', () => {
    expect(rowsOf('1.2', { ...draft, teams: [] })).toEqual([]);
  });
});

describe('the FOCUS file of version 1.3', () => {
  const draft = mixedDraft();
  const rows = rowsOf('1.3', draft);

  it('has the columns of 1.2 and those of split cost', () => {
    const [older = [], newer = []] = (['1.2', '1.3'] as const).map((of) => focusColumns(of).map(({ name }) => name));
    expect(newer.filter((column) => !older.includes(column))).toEqual([
      'AllocatedMethodDetails',
      'AllocatedMethodId',
      'AllocatedResourceId',
      'AllocatedResourceName',
      'AllocatedTags',
      'ContractApplied',
      'HostProviderName',
      'ServiceProviderName',
    ]);
    expect(newer.filter((column) => older.includes(column))).toEqual(older);
  });

  it("names who a part of a pool is for, and its part: a pool's parts sum to 1", () => {
    const ofPool = rows.filter((row) => row.x_Pool === 'spot');
    const ratios = ofPool.map((row) => /"AllocatedRatio":([0-9.]+)/.exec(row.AllocatedMethodDetails ?? '')?.[1] ?? '');
    expect(formatPicos(ratios.reduce((total, ratio) => total + (parsePicos(ratio) ?? 0n), 0n))).toBe('1');
    expect(ofPool[0]).toMatchObject({ AllocatedMethodId: 'pool/spot/policy/1', HostProviderName: 'aws' });
    expect(rows.find((row) => row.AllocatedResourceName === 'p, "q"')).toMatchObject({
      AllocatedResourceId: 'team/a/project/p, "q"',
      AllocatedTags: '{"project":"p, \\"q\\"","cost_center":"cc-1"}',
      Tags: '',
    });
  });

  it("tells a line's part of its pool in the file of one team as in that of all, which it goes through page by page", async () => {
    const pages = pagesOf(draft);
    let read = 0;
    const lines: typeof pages.lines = async function* (team) {
      for await (const page of pages.lines(team)) {
        for (const line of page) {
          read += 1;
          yield [line];
        }
      }
    };
    const context = contextOf('1.3', draft);
    const { text } = await readFile(focusOf({ statements: { ...pages, lines }, team: 'a' }, context));
    const own = rows.filter((row) => row.SubAccountId === 'a');
    expect(rowsIn(text)).toEqual(own);
    expect(own.some(({ AllocatedMethodDetails: part = '' }) => part.includes('AllocatedRatio":0.'))).toBe(true);
    const all = linesOf(draft);
    expect(read).toBe(all.length + all.filter(({ team }) => team === 'a').length);
  });

  it('allocates to nobody what nobody used, though the pool was split', () => {
    expect(rows.find((row) => row.x_Pool === 'h100' && row.x_ChargeKind === 'idle')).toMatchObject({
      AllocatedMethodId: 'pool/h100/policy/3',
      AllocatedResourceId: '',
      AllocatedResourceName: '',
      AllocatedTags: '',
    });
    const spread = rows.find((row) => row.x_Pool === 'spot' && row.x_ChargeKind === 'idle' && row.SubAccountId === 'a');
    expect(spread).toMatchObject({
      AllocatedResourceId: 'team/a',
    });
  });

  it('has no split for what a provider sells per token', () => {
    expect(rows.find((row) => row.x_Model === 'gpt')).toMatchObject({
      AllocatedMethodDetails: '',
      AllocatedMethodId: '',
      AllocatedResourceId: '',
      AllocatedResourceName: '',
      AllocatedTags: '',
      HostProviderName: 'openai',
      ServiceProviderName: 'default',
    });
  });
});

describe('corrections in the FOCUS file', () => {
  const draft = correctedDraft();
  const corrections = (version: '1.2' | '1.3') =>
    rowsOf(version, draft).filter((row) => row.ChargeClass === 'Correction');

  it('are of the month that they correct, billed with this one, and have no price', () => {
    expect(corrections('1.2').length).toBeGreaterThan(5);
    for (const row of corrections('1.2'))
      expect(row).toMatchObject({
        BillingPeriodStart: '2023-11-01T00:00:00Z',
        ChargePeriodStart: '2023-10-01T00:00:00Z',
        ChargePeriodEnd: '2023-11-01T00:00:00Z',
        ListUnitPrice: '',
        ContractedUnitPrice: '',
        PricingQuantity: '',
        PricingUnit: '',
        x_CorrectsPeriod: '2023-10',
        x_CorrectionCause: 'share',
      });
  });

  it('count in the sums, and in no part of a pool', () => {
    const rows = rowsOf('1.3', draft);
    expect(sum(rows, 'EffectiveCost')).toBe(draft.summary.total.effective);
    expect(draft.summary.corrections.effective).toBeLessThan(0n);
    for (const row of corrections('1.3'))
      expect(row).toMatchObject({ AllocatedMethodId: '', AllocatedMethodDetails: '' });
  });
});
