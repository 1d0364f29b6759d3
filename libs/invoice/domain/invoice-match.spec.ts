import { type MatchTarget, matchFinder } from './invoice-match.js';
import { amountOf, matchOf } from './testing.js';

describe('the rule of an invoice line', () => {
  const pool = (name: string): MatchTarget => ({ to: 'pool', pool: name });
  const line = amountOf({ subAccount: '1234', sku: 'EC2-P5', resource: 'i-1', tags: { env: 'prod', pool: 'h100' } });

  it('is the one that names most, then the one with more letters, in whatever order they come', () => {
    const rules = [
      matchOf({ target: pool('any') }),
      matchOf({ subAccount: '12*', target: pool('by account') }),
      matchOf({ subAccount: '1234', target: pool('by the very account') }),
      matchOf({ subAccount: '1*', sku: 'EC2*', target: pool('by account and SKU') }),
      matchOf({ subAccount: '9*', sku: 'EC2*', resource: 'i-1', target: pool('of another account') }),
    ];
    for (const order of [rules, [...rules].reverse()])
      expect(matchFinder(order)(line)).toEqual(pool('by account and SKU'));
    expect(matchFinder(rules.slice(0, 3))(line)).toEqual(pool('by the very account'));
    expect(matchFinder(rules)(amountOf({ subAccount: '8' }))).toEqual(pool('any'));
    expect(matchFinder(rules)(amountOf({ provider: 'gcp' }))).toBeUndefined();
  });

  it('may ask for a tag or resource', () => {
    const byTag = matchFinder([matchOf({ tag: 'pool=h1*', target: pool('h100') })]);
    expect(byTag(line)).toEqual(pool('h100'));
    expect(byTag(amountOf({ tags: { pool: 'a100' } }))).toBeUndefined();
    expect(byTag(amountOf())).toBeUndefined();
    expect(matchFinder([matchOf({ resource: 'i-*', target: pool('x') })])(line)).toEqual(pool('x'));
  });

  it('holds from a month on, until a later version says otherwise', () => {
    const rules = [
      matchOf({ fromPeriod: '2023-10', target: pool('old') }),
      matchOf({ version: 2, fromPeriod: '2023-12', target: { to: 'none' } }),
      matchOf({ version: 3, fromPeriod: '2023-10', target: pool('put right') }),
    ];
    const find = matchFinder(rules);
    expect(find(amountOf({ period: '2023-09' }))).toBeUndefined();
    expect(find(amountOf({ period: '2023-11' }))).toEqual(pool('put right'));
    expect(find(amountOf({ period: '2024-01' }))).toBeUndefined();
  });
});
