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

it('goes value by value: null first, text by its code units, numbers by their size', () => {
  const [line] = fc.sample(
    lines.filter(({ length }) => length > 0).map(([first]) => first),
    1,
  );
  if (!line) throw new Error('no line');
  // By bytes of UTF-8 the last two texts would be the other way round.
  const texts = [null, '', 'a', 'a\t', 'aa', 'b', '\u{1F600}', '\uE000'];
  const inSteps = (of: readonly StatementLine[]) => {
    expect(inOrder([...of].reverse())).toEqual(of);
  };
  for (const field of ['costCenter', 'project', 'model', 'provider', 'pool', 'priceVersionId'] as const)
    inSteps(texts.map((text) => ({ ...line, [field]: text })));
  inSteps([null, 1, 9, 10, 65_535, 65_536, 2 ** 31 - 1].map((policyVersion) => ({ ...line, policyVersion })));
});

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
