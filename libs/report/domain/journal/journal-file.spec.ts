import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parseBillingPeriod } from '#calendar';
import { parsePicos } from '#money';
import { linesOf } from '#statement/domain';
import { journalOf } from '../../../statement/domain/close/testing.js';
import { correctedDraft, mixedDraft } from '../focus/testing.js';
import { readFile } from '../testing.js';
import { journalFileOf } from './journal-file.js';
import { codeAt, type LedgerCode, LedgerCodesAt, type LedgerCodeVersion } from './ledger-code.js';

type Row = Record<string, string>;

function codeOf(kind: LedgerCode['kind'], name: string, code: string | null, validFrom = 0): LedgerCode {
  return { kind, name, versions: [{ version: 1, validFrom, code, recordedAt: 0, recordedBy: null }] };
}

async function journal(codes: readonly LedgerCode[] = [], draft = mixedDraft(), month = '2023-11') {
  const period = parseBillingPeriod(month, 'Asia/Tokyo') ?? draft.period;
  const file = journalFileOf({
    accountId: 7,
    document: { account: 'default', closeNumber: 3, closedAt: 0, currency: draft.currency, period },
    hash: 'abc',
    postings: journalOf(linesOf(draft)),
    codes: new LedgerCodesAt(codes, period.end - 1),
  });
  const { text, manifest } = await readFile(file);
  const rows: Row[] = parse(text, { columns: true, record_delimiter: '\r\n' });
  return { rows, manifest };
}

const sum = (rows: readonly Row[], column: string) =>
  rows.reduce((total, row) => total + (parsePicos(row[column] ?? '') ?? -1n), 0n);

describe('the journal as CSV', () => {
  it.each([
    ['USD', mixedDraft(), 10n],
    ['JPY', mixedDraft('JPY'), 12n],
    ['USD with corrections', correctedDraft(), 10n],
  ])('has debits equal to credits, and to what is billed, in %s', async (_, draft, decimals) => {
    const { rows, manifest } = await journal([], draft);
    expect(sum(rows, 'debit')).toBe(sum(rows, 'credit'));
    const charged = rows.filter(({ account }) => account === 'chargeback');
    expect(sum(charged, 'debit') - sum(charged, 'credit')).toBe(draft.summary.total.billed * 10n ** decimals);
    expect(manifest.debits).toBe(manifest.credits);
    expect(manifest.debits * 10n ** decimals).toBe(sum(rows, 'debit'));
    expect(manifest.rows).toBe(rows.length);
  });

  it('has codes where there are some, and names what has none', async () => {
    const { rows, manifest } = await journal([
      codeOf('account', 'chargeback', '6100'),
      codeOf('account', 'clearing:pool:h100', '=2100'),
      codeOf('account', 'cc-1', 'not a cost centre'),
      codeOf('cost_center', 'cc-2', '900'),
      codeOf('account', 'clearing:pool:spot', '1', Date.UTC(2023, 11, 1)),
    ]);
    expect(rows.find(({ team, cost_center }) => team === 'b' && cost_center === '900')).toMatchObject({
      entry_id: 'apportion-7-3',
      entry_date: '2023-11-30',
      period: '2023-11',
      account: '6100',
      currency: 'USD',
      description: 'Chargeback 2023-11, team b',
    });
    expect(rows.map(({ account }) => account)).toContain("'=2100");
    expect(manifest.unmappedAccounts).toEqual([
      'clearing:pool:bought',
      'clearing:pool:spot',
      'clearing:pool:storage',
      'clearing:pool:support',
      'clearing:pool:timed',
      'clearing:provider:openai',
    ]);
    expect(manifest.unmappedCostCenters).toEqual(['cc-1']);
    expect(rows.map(({ account }) => account)).toContain('clearing:pool:spot');
  });

  it('is posted on the last day of the month, leap years too', async () => {
    const dates = ['2024-02', '2023-02', '2023-12'].map(async (month) => (await journal([], undefined, month)).rows[0]);
    expect((await Promise.all(dates)).map((row) => row?.entry_date)).toEqual([
      '2024-02-29',
      '2023-02-28',
      '2023-12-31',
    ]);
  });
});

describe('codeAt', () => {
  const version = fc.record({
    version: fc.nat(),
    validFrom: fc.nat(5),
    code: fc.option(fc.constantFrom('a', 'b', 'c')),
    recordedAt: fc.nat(),
    recordedBy: fc.constant(null),
  });

  it('is the last said of the latest instant that has come', () => {
    fc.assert(
      fc.property(fc.array(version), fc.nat(6), (drawn, at) => {
        const versions: LedgerCodeVersion[] = drawn.map((of, i) => ({ ...of, version: i + 1 }));
        const come = versions.filter(({ validFrom }) => validFrom <= at);
        const latest = Math.max(...come.map(({ validFrom }) => validFrom));
        const expected = come.filter(({ validFrom }) => validFrom === latest).at(-1)?.code ?? null;
        expect(codeAt(versions, at)).toBe(expected);
      }),
    );
  });
});
