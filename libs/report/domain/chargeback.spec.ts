import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { PoolPolicy } from '#cost-record/domain';
import { parsePicos } from '#money';
import { outputWeight } from '../../allocation/domain/testing.js';
import { bookOf, priceOf, usageOf } from '../../rating/domain/testing.js';
import { billInputsOf, draftOf, quarter, recordOf } from '../../statement/domain/testing.js';
import { chargebackOf } from './chargeback.js';
import { CHARGEBACK_COLUMNS } from './chargeback-columns.js';
import { textCell } from './csv.js';
import { readFile, sourceOf } from './testing.js';

const policy: PoolPolicy = {
  pool: 'h100',
  version: 3,
  validFrom: 0,
  attribution: outputWeight(2_000_000n),
  idle: 'separate',
};
const list = priceOf({
  priceVersionId: '77',
  rates: [{ contextFrom: 0n, picosPerToken: { output: 10_000_000n }, picosPerRequest: 0n }],
});
const pooled = (team: string, at: number, input: bigint, output: bigint) =>
  usageOf({
    chargePeriod: quarter(at),
    dimension: { team, pool: 'h100' },
    requests: 2n,
    tokens: { inputUncached: input, output },
  });
const api = (team: string, model: string) =>
  usageOf({
    chargePeriod: quarter(0),
    dimension: { team, project: 'p, "q"', provider: 'openai', model },
    tokens: { output: 1_234n },
  });

function chargeback(
  usage = [pooled('a', 0, 10n, 3n), pooled('b', 1, 7n, 1n), api('a', 'gpt'), api('b', 'unheard-of')],
  team: string | null = null,
) {
  const inputs = billInputsOf({
    teams: ['a', 'b'],
    book: bookOf({ gpt: { list } }),
    pools: [{ pool: 'h100', policies: [policy], records: [recordOf({ quarters: 3 })] }],
  });
  return chargebackOf(sourceOf(draftOf(inputs, usage), team));
}

const csvOf = async (of: ReturnType<typeof chargeback>) => (await readFile(of)).text;
const rowsOf = (csv: string): Record<string, string>[] => parse(csv, { columns: true, record_delimiter: '\r\n' });
const total = (rows: readonly Record<string, string>[], column: string) =>
  rows.reduce((sum, row) => sum + (parsePicos(row[column] || '0') ?? 0n), 0n);

describe('the chargeback CSV', () => {
  it('has a header and a row for each line, all ending in CRLF', async () => {
    const csv = await csvOf(chargeback());
    expect(csv.split('\r\n')[0]).toBe(
      'billing_period,charge_period_start,charge_period_end,team,cost_center,project,model,provider,pool,charge_kind,' +
        'token_class,requests,quantity,unit,list_cost,effective_cost,billed_amount,currency,price_version,policy_version,' +
        'charge_class,corrects_period,correction_cause,line_id,modality,price_rules',
    );
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('says what was used, what it cost exactly, and what is billed', async () => {
    expect(rowsOf(await csvOf(chargeback()))[1]).toEqual({
      charge_class: '',
      corrects_period: '',
      correction_cause: '',
      line_id: expect.stringMatching(/^2023-11\.[0-9a-f]{20}$/),
      price_rules: '',
      billing_period: '2023-11',
      charge_period_start: '2023-11-01T00:00:00Z',
      charge_period_end: '2023-12-01T00:00:00Z',
      team: 'a',
      cost_center: '',
      project: '',
      model: 'llama',
      provider: '',
      pool: 'h100',
      charge_kind: 'used',
      token_class: 'output',
      requests: '0',
      quantity: '3',
      unit: 'tokens',
      list_cost: '5.16',
      effective_cost: '5.16',
      billed_amount: '5.16',
      currency: 'USD',
      price_version: '',
      policy_version: '3',
      modality: '',
    });
  });

  it('leaves cost that is not known empty, and shows idle capacity in instance-seconds', async () => {
    const rows = rowsOf(await csvOf(chargeback()));
    expect(rows.find((row) => row.charge_kind === 'unpriced' && row.token_class === 'output')).toMatchObject({
      ...{ team: 'b', model: 'unheard-of', quantity: '1234', list_cost: '', effective_cost: '', billed_amount: '' },
    });
    expect(rows.find((row) => row.charge_kind === 'idle')).toMatchObject({
      ...{
        team: 'platform',
        model: '',
        token_class: '',
        quantity: '900',
        unit: 'instance_seconds',
        billed_amount: '13.76',
      },
    });
  });

  it("sums to the pool's cost, exactly and in cents", async () => {
    const rows = rowsOf(await csvOf(chargeback())).filter(({ pool }) => pool === 'h100');
    expect([total(rows, 'effective_cost'), total(rows, 'billed_amount')]).toEqual([
      41_280_000_000_000n,
      41_280_000_000_000n,
    ]);
  });

  it('is one team alone when asked for it, with the same rows', async () => {
    const all = rowsOf(await csvOf(chargeback()));
    const one = chargeback(undefined, 'a');
    expect(one.fileName).toBe('chargeback_2023-11_a_draft.csv');
    expect(rowsOf(await csvOf(one))).toEqual(all.filter(({ team }) => team === 'a'));
    expect(chargeback(undefined, null).fileName).toBe('chargeback_2023-11_all_draft.csv');
    expect(chargeback(undefined, '../ä "x"\r\n').fileName).toBe('chargeback_2023-11_..-x-_draft.csv');
  });

  it('is the same bytes whatever the order of the usage', async () => {
    const usage = [pooled('a', 0, 10n, 3n), pooled('b', 0, 10n, 3n), pooled('b', 1, 7n, 1n), api('a', 'gpt')];
    const expected = await csvOf(chargeback(usage));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(usage, { minLength: usage.length }), async (shuffled) => {
        expect(await csvOf(chargeback(shuffled))).toBe(expected);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x', "'=1"])(
    'makes text of the formula %j in a name',
    async (team) => {
      const rows = rowsOf(await csvOf(chargeback([pooled(team, 0, 1n, 1n)])));
      expect(rows.find((row) => row.team !== 'platform')?.team).toBe(`'${team}`);
    },
  );
});

describe('textCell', () => {
  it('comes back from any reader as it was, but for one apostrophe before a formula or another', async () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme', minLength: 1 }),
          fc.string({ unit: fc.constantFrom("'", '=', '＝', '-', '"', ',', 'a'), minLength: 1 }),
        ),
        (text) => {
          const [[cell = '']] = parse(`${textCell(text)},x\r\n`, { relax_quotes: false, record_delimiter: '\r\n' }) as [
            string[],
          ];
          expect(cell).toBe(/^[=+\-@＝＋－＠'\t\r\n]/.test(text) ? `'${text}` : text);
          expect(cell.replace(/^'/, '')).toBe(text);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the manifest', () => {
  it('describes the very file', async () => {
    const of = chargeback();
    const { text: csv, manifest } = await readFile(of);
    expect(manifest).toMatchObject({
      file: 'chargeback_2023-11_all_draft.csv',
      sha256: createHash('sha256').update(csv).digest('hex'),
      bytes: Buffer.byteLength(csv),
      rows: rowsOf(csv).length,
      unpricedRows: 2,
      columns: CHARGEBACK_COLUMNS.map(({ name }) => name),
      policyVersions: [{ pool: 'h100', version: 3 }],
      priceVersions: ['77'],
      timeZone: 'UTC',
      team: null,
    });
  });

  it('has the sums that its rows have, in all and by party', async () => {
    const of = chargeback();
    const { text, manifest } = await readFile(of);
    const rows = rowsOf(text);
    const { total: sum, parties, pools } = manifest;
    expect([sum.effective, sum.billed * 10n ** 10n]).toEqual([
      total(rows, 'effective_cost'),
      total(rows, 'billed_amount'),
    ]);
    expect(parties.map(({ pool, provider, billed, list }) => [pool, provider, billed, list])).toEqual([
      ['h100', null, 4128n, 41_280_000_000_000n],
      [null, 'openai', 1n, 12_340_000_000n],
    ]);
    const cost = 41_280_000_000_000n;
    expect(pools).toEqual([
      { pool: 'h100', list: cost, contracted: cost, invoiced: cost, effective: cost, adjusted: 0n },
    ]);
    expect((await readFile(chargeback(undefined, 'a'))).manifest.pools).toEqual([]);
  });
});
