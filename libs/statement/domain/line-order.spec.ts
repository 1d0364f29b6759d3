import fc from 'fast-check';
import { CHARGE_KINDS } from '#rating/domain';
import { TOKEN_CLASSES } from '#token';
import { compareLines, inOrder, lineKey, type StatementLine } from './line.js';

const name = fc.option(fc.constantFrom('a', 'b', 'ab'));
const lines: fc.Arbitrary<StatementLine[]> = fc.array(
  fc
    .record({
      team: fc.constantFrom('a', 'b'),
      model: name,
      pool: name,
      kind: fc.constantFrom(...CHARGE_KINDS),
      tokenClass: fc.option(fc.constantFrom(...TOKEN_CLASSES)),
      policyVersion: fc.option(fc.constantFrom(2, 10)),
      priceRules: fc.option(fc.constantFrom('9', '12')),
      period: fc.option(fc.constantFrom('2023-09', '2023-10')),
    })
    .map(({ priceRules, period, ...fields }): StatementLine => {
      const rest = { costCenter: null, project: null, provider: null, modality: null, priceVersionId: null };
      const amounts = { requests: 0n, quantity: 0n, tokens: null, list: null, effective: null, billed: null };
      return {
        ...{ ...fields, ...rest, ...amounts, unit: 'tokens' },
        ...(priceRules === null ? {} : { priceRules }),
        correction: period === null ? null : { period, cause: 'usage' },
      };
    }),
);

it('puts the lines of a month in one order, whatever order they come in', () => {
  fc.assert(
    fc.property(lines, (unsorted) => {
      const unique = new Map(unsorted.map((line) => [`${line.correction?.period ?? ''} ${lineKey(line)}`, line]));
      const distinct = [...unique.values()];
      const sorted = inOrder(distinct);
      expect(inOrder([...distinct].reverse())).toEqual(sorted);
      sorted.forEach((line, i) => {
        const next = sorted[i + 1];
        if (next) expect([compareLines(line, next), compareLines(next, line)]).toEqual([-1, 1]);
      });
    }),
  );
});
