import fc from 'fast-check';
import { compare, isProduct, readDecimal } from '../support/focus/decimal.js';
import { rulesOf } from '../support/focus/model.js';
import { readTable } from '../support/focus/table.js';
import { formatVerdicts, judge } from '../support/focus/verdicts.js';

interface RawRule {
  readonly entity?: 'Column' | 'Dataset' | 'Attribute';
  readonly reference?: string;
  readonly criteria?: readonly string[];
  readonly keyword?: string;
  readonly requirement?: object;
  readonly condition?: object;
}

const modelOf = (rules: Readonly<Record<string, RawRule>>) => ({
  ModelRules: Object.fromEntries(
    Object.entries(rules).map(([id, rule]) => [
      id,
      {
        Function: 'Validation',
        Reference: rule.reference ?? 'A',
        EntityType: rule.entity ?? 'Column',
        ApplicabilityCriteria: rule.criteria ?? [],
        ValidationCriteria: {
          MustSatisfy: `what ${id} says`,
          Keyword: rule.keyword ?? 'MUST',
          Requirement: rule.requirement ?? {},
          Condition: rule.condition ?? {},
        },
      },
    ]),
  ),
});

function verdictsOf(rules: Readonly<Record<string, RawRule>>, csv: string, supported: readonly string[] = []) {
  const verdicts = judge(rulesOf(modelOf(rules)), readTable(csv), new Set(supported));
  return Object.fromEntries(verdicts.map(({ rule, verdict }) => [rule.id, verdict]));
}

const is = (ColumnName: string, Value: string | number | null) => ({ CheckFunction: 'CheckValue', ColumnName, Value });
const isNot = (ColumnName: string, Value: string | null) => ({ CheckFunction: 'CheckNotValue', ColumnName, Value });
const part = (ModelRuleId: string) => ({ CheckFunction: 'CheckModelRule', ModelRuleId });
const all = (...Items: object[]) => ({ CheckFunction: 'AND', Items });
const any = (...Items: object[]) => ({ CheckFunction: 'OR', Items });

const CSV = 'A,B\r\n1,x\r\n,y\r\n';

describe('the interpreter of FOCUS rules', () => {
  it('passes, fails, and says what a reader must judge', () => {
    const rules = { pass: { requirement: isNot('B', 'z') }, fail: { requirement: isNot('A', null) }, open: {} };
    expect(verdictsOf(rules, CSV)).toEqual({ pass: 'pass', fail: 'fail', open: 'needs a judgement' });
  });

  it('holds a rule against the rows of its condition and of those it is part of', () => {
    const rules = {
      whole: { requirement: all(part('nested')), condition: isNot('A', null) },
      nested: { requirement: all(part('leaf')), condition: is('B', 'x') },
      leaf: { requirement: is('A', 1) },
      never: { requirement: is('A', 'no'), condition: is('B', 'z') },
    };
    expect(verdictsOf(rules, CSV)).toEqual({
      whole: 'pass',
      nested: 'pass',
      leaf: 'pass',
      never: 'not applicable',
    });
    expect(verdictsOf(rules, CSV.replace('1', '2'))).toMatchObject({ whole: 'fail', nested: 'fail', leaf: 'fail' });
  });

  it('does not apply what the provider does not support, nor its parts', () => {
    const rules = {
      whole: { criteria: ['ZONES'], requirement: all(part('leaf')) },
      leaf: { requirement: is('A', 'no') },
    };
    expect(verdictsOf(rules, CSV)).toEqual({ whole: 'not applicable', leaf: 'not applicable' });
    expect(verdictsOf(rules, CSV, ['ZONES'])).toEqual({ whole: 'fail', leaf: 'fail' });
  });

  it('is content with one alternative, row by row', () => {
    const rules = {
      either: { requirement: any(part('null'), part('one')) },
      null: { requirement: is('A', null) },
      one: { requirement: is('A', '1') },
    };
    expect(verdictsOf(rules, CSV)).toEqual({ either: 'pass', null: 'pass', one: 'pass' });
    expect(verdictsOf(rules, CSV.replace('1', '2'))).toEqual({ either: 'fail', null: 'fail', one: 'fail' });
  });

  it('takes an alternative that does not apply for none', () => {
    const rules = {
      either: { requirement: any(part('x'), part('y')) },
      x: { requirement: is('A', null), condition: is('B', 'x') },
      y: { requirement: is('A', null), condition: is('B', 'y') },
    };
    expect(verdictsOf(rules, CSV)).toEqual({ either: 'fail', x: 'fail', y: 'pass' });
  });

  it('fails nobody for what is merely allowed', () => {
    expect(verdictsOf({ may: { keyword: 'MAY', requirement: is('A', 'no') } }, CSV)).toEqual({ may: 'not applicable' });
  });

  it('asks for a column where its presence is the rule, and else holds nothing against one that is absent', () => {
    const rules = {
      present: { entity: 'Dataset', requirement: { CheckFunction: 'ColumnPresent', ColumnName: 'C' } },
      leaf: { reference: 'C', requirement: isNot('C', null) },
    } as const;
    expect(verdictsOf(rules, CSV)).toEqual({ present: 'fail', leaf: 'not applicable' });
  });

  it('counts what stands beside a value within the condition', () => {
    const distinct = { CheckFunction: 'CheckDistinctCount', ColumnAName: 'B', ColumnBName: 'A', ExpectedCount: 1 };
    const csv = 'A,B\r\n1,x\r\n2,x\r\n2,y\r\n';
    const rules = { everywhere: { requirement: distinct }, within: { requirement: distinct, condition: is('A', '2') } };
    expect(verdictsOf(rules, csv)).toEqual({ everywhere: 'fail', within: 'pass' });
  });

  it('reads the ways in which the model writes a condition', () => {
    const rules = {
      one: { requirement: is('A', '1'), condition: { AND: is('B', 'x') } },
      list: { requirement: is('A', '1'), condition: { AND: [is('B', 'x'), isNot('A', null)] } },
      named: { requirement: is('A', '1'), condition: { CheckFunction: 'CheckValue', CheckCondition: 'B', Value: 'x' } },
    };
    expect(verdictsOf(rules, CSV)).toEqual({ one: 'pass', list: 'pass', named: 'pass' });
  });

  it.each([
    [{ requirement: { CheckFunction: 'CheckMood', ColumnName: 'A' } }, 'CheckMood is not known'],
    [{ requirement: all(part('nowhere')) }, 'no rule nowhere'],
  ])('does not skip what it does not know', (rule, message) => {
    expect(() => verdictsOf({ rule }, CSV)).toThrow(message);
  });

  it('prints a line a rule and the counts', () => {
    const verdicts = judge(rulesOf(modelOf({ one: { requirement: is('A', null) } })), readTable(CSV), new Set());
    expect(formatVerdicts(verdicts)).toMatch(/^fail +one +what one says\n0 pass, 1 fail, 0 not applicable, 0 needs/);
  });
});

describe('its numbers', () => {
  it.each(['1', '-1.50', '0.1', '1.2e3', '1.2E-3', '007'])('are read from %p', (text) => {
    expect(readDecimal(text)).toBeDefined();
  });

  it.each(['', '+1', '1,000', '1/2', '$1', '1e+3', '.5', '1.', '0x1', ' 1', 'NaN'])('are not read from %p', (text) => {
    expect(readDecimal(text)).toBeUndefined();
  });

  it('compare by value', () => {
    const order = (a: string, b: string) => compare(readDecimal(a) ?? fail(a), readDecimal(b) ?? fail(b));
    expect([order('1.20', '12e-1'), order('-1', '0'), order('1e3', '999.9')]).toEqual([0, -1, 1]);
  });

  it('multiply exactly, and match what is rounded from the product', () => {
    const whole = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    fc.assert(
      fc.property(whole, whole, fc.bigInt({ min: -6n, max: 6n }), (a, b, off) => {
        const [x, y] = [
          { coefficient: a, scale: 7 },
          { coefficient: b, scale: 6 },
        ];
        const result = { coefficient: a * b + off, scale: 13 };
        expect(isProduct(x, y, result, 12)).toBe(off >= -5n && off <= 5n);
      }),
    );
  });
});

function fail(text: string): never {
  throw new Error(`${text} is no number`);
}
