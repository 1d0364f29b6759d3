import { parse } from 'csv-parse/sync';
import { formatMinor, parsePicos } from '#money';
import { correctedDraft, mixedDraft } from './focus/testing.js';
import { SUMMARY_COLUMNS, summaryOf } from './summary.js';
import { readFile, sourceOf } from './testing.js';

type Row = Record<string, string>;
const AMOUNTS = ['used', 'idle', 'shared', 'adjustment', 'unattributed', 'corrections'];

async function summaryOfDraft(draft = mixedDraft(), team: string | null = null) {
  const { text, manifest } = await readFile(summaryOf(sourceOf(draft, team)));
  const rows: Row[] = parse(text, { columns: true, record_delimiter: '\r\n' });
  return { rows, manifest, text };
}

function sum(rows: readonly Row[], column: string): bigint {
  return rows.reduce((total, row) => total + (parsePicos(row[column] ?? '') ?? noAmount(row, column)), 0n);
}

function noAmount(row: Row, column: string): never {
  throw new Error(`${column} holds ${JSON.stringify(row[column])}, which is no amount`);
}

describe.each([
  ['a month of its own', mixedDraft()],
  ['a month with corrections', correctedDraft()],
  ['a month in yen', mixedDraft('JPY')],
])('the summary of %s', (_, draft) => {
  it('has the total of the statement, and of every team', async () => {
    const { rows } = await summaryOfDraft(draft);
    const minor = (amount: bigint) => parsePicos(formatMinor(amount, draft.currency));
    expect(sum(rows, 'total')).toBe(minor(draft.summary.total.billed));
    for (const { team, total, byKind, corrections, unpriced } of draft.teams) {
      const own = rows.filter((row) => row.team?.replace(/^'/, '') === team);
      expect([team, sum(own, 'total')]).toEqual([team, minor(total.billed)]);
      expect([team, sum(own, 'corrections')]).toEqual([team, minor(corrections.billed)]);
      for (const [kind, { billed }] of Object.entries(byKind))
        expect([team, kind, sum(own, kind)]).toEqual([team, kind, minor(billed)]);
      expect(sum(own, 'unpriced_lines')).toBe(parsePicos(String(unpriced.lines)));
      expect(sum(own, 'unpriced_tokens')).toBe(parsePicos(unpriced.tokens.toString()));
    }
  });

  it('has rows whose amounts make their total', async () => {
    const { rows } = await summaryOfDraft(draft);
    expect(rows.length).toBeGreaterThanOrEqual(draft.teams.length);
    for (const row of rows)
      expect(AMOUNTS.reduce((total, column) => total + sum([row], column), 0n)).toBe(sum([row], 'total'));
  });

  it('is described by its manifest', async () => {
    const { rows, manifest } = await summaryOfDraft(draft);
    expect(manifest).toMatchObject({
      file: `summary_2023-11_all_draft.csv`,
      rows: rows.length,
      lines: draft.teams.flatMap(({ lines }) => lines).length,
      unpriced: draft.summary.unpriced,
      columns: SUMMARY_COLUMNS,
      total: { billed: draft.summary.total.billed, effective: draft.summary.total.effective },
    });
  });
});

it('a summary has a row for each cost centre of a team', async () => {
  const { rows } = await summaryOfDraft(mixedDraft(), 'a');
  expect(rows.map(({ team, cost_center }) => [team, cost_center])).toEqual([
    ['a', ''],
    ['a', 'cc-1'],
  ]);
});
