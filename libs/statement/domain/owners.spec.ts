import type { MappingRule } from '#directory/domain';
import { usageOf } from '../../rating/domain/testing.js';
import { Owners } from './owners.js';
import { mappingRuleOf, quarter } from './testing.js';

const teams = [
  { team: 'ads', versions: [{ version: 1, validFrom: quarter(4), costCenter: 'cc-ads' }] },
  { team: 'search', versions: [] },
];
const strange = (more: object = {}) => usageOf({ dimension: { team: 'stranger', ...more } }).dimension;
const ownersOf = (...rules: Partial<MappingRule>[]) =>
  new Owners(
    teams,
    rules.map((rule, i) => mappingRuleOf({ mappingRuleId: (i + 1).toString(), ...rule })),
  );
const teamOf = (owners: Owners, dimension = strange(), at = quarter(1)) => owners.ownerOf(dimension, at).team;

describe('whose usage it is', () => {
  it.each<[string, Partial<MappingRule>, object]>([
    ['a key', { match: 'api_key', pattern: 'ci' }, { apiKey: 'ci' }],
    ['what begins like a key', { match: 'api_key', pattern: 'ci-*' }, { apiKey: 'ci-7' }],
    ['a tag', { match: 'tag', tagKey: 'env', pattern: 'prod' }, { billableTags: { env: 'prod' } }],
    ['a user', { match: 'user', pattern: 'u-1' }, { user: 'u-1' }],
    ['a source', { match: 'source', pattern: 'gateway-*' }, { source: 'gateway-eu' }],
    ['the name as sent', { match: 'team', pattern: 'stranger' }, {}],
    ['any', { match: 'team', pattern: '*' }, {}],
  ])('is told by %s', (_, rule, more) => {
    expect(teamOf(ownersOf(rule), strange(more))).toBe('ads');
    expect(teamOf(ownersOf({ ...rule, pattern: 'else' }), strange(more))).toBe('stranger');
  });

  it('is not told by what is not there', () => {
    for (const match of ['api_key', 'user', 'source'] as const)
      expect(teamOf(ownersOf({ match, pattern: '*' }))).toBe('stranger');
    // Not even by what every object has.
    expect(teamOf(ownersOf({ match: 'tag', tagKey: 'constructor', pattern: '*' }))).toBe('stranger');
  });

  it('is as the event says where the team is known, unless a rule overrides', () => {
    const known = usageOf({ dimension: { team: 'search', costCenter: 'cc-then', project: 'p' } }).dimension;
    const rule = { pattern: 'search' };
    expect(ownersOf(rule).ownerOf(known, quarter(1))).toBe(known);
    const owner = ownersOf({ ...rule, overridesKnown: true }).ownerOf(known, quarter(5));
    expect(owner).toMatchObject({ team: 'ads', project: 'p', costCenter: null });
    expect(ownersOf(rule).costCenterOf(owner, quarter(5))).toBe('cc-ads');
    const placed = ownersOf({ ...rule, overridesKnown: true, project: 'x', costCenter: 'cc-x' });
    expect(placed.ownerOf(known, quarter(5))).toMatchObject({ project: 'x', costCenter: 'cc-x' });
  });

  it('holds from an instant to another, and says until when', () => {
    const owners = ownersOf({ validFrom: quarter(2), validTo: quarter(6) });
    const dimension = strange();
    expect([1, 2, 5, 6].map((n) => teamOf(owners, dimension, quarter(n)))).toEqual([
      'stranger',
      'ads',
      'ads',
      'stranger',
    ]);
    // The rule begins, then the owner's cost centre changes, then the rule ends.
    expect([1, 2, 4, 6].map((n) => owners.ownerUntil(dimension, quarter(n)))).toEqual([
      quarter(2),
      quarter(4),
      quarter(6),
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('goes by keys before tags before users before sources before names, the closest pattern first, then the latest', () => {
    const dimension = strange({ apiKey: 'k', user: 'u', source: 's', billableTags: { env: 'e' } });
    const rules: Partial<MappingRule>[] = [
      { match: 'team', pattern: '*', team: '9' },
      { match: 'team', pattern: 'str*', team: '8' },
      { match: 'team', pattern: 'stranger', team: '7', validFrom: -1 },
      { match: 'team', pattern: 'stranger', team: '6' },
      { match: 'source', pattern: 's', team: '5' },
      { match: 'user', pattern: 'u', team: '4' },
      { match: 'tag', tagKey: 'env', pattern: 'e', team: '3' },
      { match: 'api_key', pattern: 'k*', team: '2' },
      { match: 'api_key', pattern: 'k', team: '1' },
    ];
    for (let n = rules.length; n > 0; n -= 1) {
      const expected = rules[n - 1]?.team;
      expect(teamOf(ownersOf(...rules.slice(0, n)), dimension)).toBe(expected);
      expect(teamOf(ownersOf(...rules.slice(0, n).reverse()), dimension)).toBe(expected);
    }
  });

  it('is another fingerprint under other rules', () => {
    const owners = ownersOf({});
    expect(owners.withRules([]).fingerprint()).toBe(new Owners(teams).fingerprint());
    expect(owners.fingerprint()).not.toBe(new Owners(teams).fingerprint());
  });
});
