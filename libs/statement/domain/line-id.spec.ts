import { hash } from 'node:crypto';
import fc from 'fast-check';
import { CHARGE_KINDS, CHARGE_UNITS } from '#rating/domain';
import { MODALITIES, TOKEN_CLASSES } from '#token';
import { type LineFields, lineKey, type StatementLine } from './line.js';
import { lineId } from './line-id.js';

const name = fc.option(fc.constantFrom('a', 'b', '', 'null', 'a,b', '"'));
const fields: fc.Arbitrary<LineFields> = fc.record({
  team: fc.constantFrom('a', 'b', 'null'),
  costCenter: name,
  project: name,
  model: name,
  provider: name,
  pool: name,
  kind: fc.constantFrom(...CHARGE_KINDS),
  tokenClass: fc.option(fc.constantFrom(...TOKEN_CLASSES)),
  modality: fc.option(fc.constantFrom(...MODALITIES)),
  unit: fc.constantFrom(...CHARGE_UNITS),
  priceVersionId: fc.option(fc.constantFrom('1', '2')),
  policyVersion: fc.option(fc.nat(2)),
});
const amounts = { requests: 1n, quantity: 2n, tokens: null, list: null, effective: 3n, billed: 1n };
const correction = fc.option(fc.constantFrom('2023-09', '2023-10'));
const lineOf = (own: LineFields, period: string | null): StatementLine => ({
  ...own,
  ...amounts,
  correction: period === null ? null : { period, cause: 'usage' },
});

describe('the id of a line', () => {
  it('is other for every line that a month can have, and the same for the same', () => {
    fc.assert(
      fc.property(fields, correction, fields, correction, (a, periodA, b, periodB) => {
        const [idA, idB] = [lineId('2023-11', lineOf(a, periodA)), lineId('2023-11', lineOf(b, periodB))];
        expect(idA === idB).toBe(lineKey(a) === lineKey(b) && periodA === periodB);
        expect(idA).toMatch(/^2023-11\.[0-9a-f]{20}$/);
      }),
    );
  });

  it('follows neither amounts nor the cause of a correction, but the month', () => {
    const line = lineOf({ ...FIELDS, team: 'search' }, '2023-10');
    const other: StatementLine = {
      ...line,
      effective: 9n,
      quantity: 9n,
      correction: { period: '2023-10', cause: 'cost' },
    };
    expect(lineId('2023-11', other)).toBe(lineId('2023-11', line));
    expect(lineId('2023-12', line).slice(8)).not.toBe(lineId('2023-11', line).slice(8));
  });

  it('is of the JSON of what the line has, whatever names hold', () => {
    fc.assert(
      fc.property(fields, fc.string({ unit: 'binary' }), correction, (own, team, corrects) => {
        const line = lineOf({ ...own, team }, corrects);
        const had = Object.entries({ ...own, team }).filter(([, value]) => value !== null);
        const text = JSON.stringify(['2023-11', corrects, had.sort(([a], [b]) => (a < b ? -1 : 1))]);
        expect(lineId('2023-11', line)).toBe(`2023-11.${hash('sha256', text, 'hex').slice(0, 20)}`);
      }),
    );
  });

  it('stays what it was: ids are written down outside', () => {
    expect(lineId('2023-11', lineOf(FIELDS, null))).toBe('2023-11.f15ddc8d6b7f7d3f75c6');
  });
});

const FIELDS: LineFields = {
  team: 'search',
  costCenter: null,
  project: null,
  model: 'llama',
  provider: null,
  pool: 'h100',
  kind: 'used',
  tokenClass: 'output',
  modality: null,
  unit: 'tokens',
  priceVersionId: null,
  policyVersion: 1,
};
