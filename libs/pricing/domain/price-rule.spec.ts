import { ruleOf } from '../../rating/domain/testing.js';
import { ruleEdges, ruleFor } from './price-rule.js';

describe('the rule that counts', () => {
  const subject = { provider: 'OpenAI', model: 'GPT-5-mini', serviceTier: 'default', team: 'ads', costCenter: 'cc-1' };
  const discount = (priceRuleId: string, rest: Partial<ReturnType<typeof ruleOf>>) =>
    ruleOf({ kind: 'discount', value: 1n, priceRuleId, ...rest });

  it('is the most specific, whatever the order', () => {
    const ascending = [
      discount('1', {}),
      discount('2', { validFrom: 5 }),
      discount('3', { serviceTier: 'standard' }),
      discount('4', { provider: 'openai' }),
      discount('5', { model: '*mini' }),
      discount('6', { model: 'gpt-5*', provider: 'openai' }),
      discount('7', { costCenter: 'cc-1' }),
      discount('8', { team: 'ads' }),
      discount('9', { team: 'ads', costCenter: 'cc-1' }),
    ];
    for (const [i, rule] of ascending.entries()) {
      const upTo = ascending.slice(0, i + 1);
      expect(ruleFor(upTo, 'discount', subject, 10)).toBe(rule);
      expect(ruleFor([...upTo].reverse(), 'discount', subject, 10)).toBe(rule);
    }
  });

  it('is of its kind, covers the usage and holds at the time', () => {
    const none = (rest: Partial<ReturnType<typeof ruleOf>>, at = 10) =>
      expect(ruleFor([discount('1', rest)], 'discount', subject, at)).toBeUndefined();
    none({ kind: 'markup' });
    none({ provider: 'azure' });
    none({ model: 'gpt-4*' });
    none({ serviceTier: 'batch' });
    none({ team: 'search' });
    none({ costCenter: 'cc-2' });
    none({ validFrom: 11 });
    none({ validTo: 10 });
    expect(ruleFor([discount('1', { validFrom: 10, validTo: 11 })], 'discount', subject, 10)).toBeDefined();
  });

  it('may be another only at an edge', () => {
    const rules = [discount('1', { validFrom: 3, validTo: 7 }), discount('2', { validFrom: 7, team: 'ads' })];
    expect(ruleEdges(rules)).toEqual([3, 7]);
  });
});
