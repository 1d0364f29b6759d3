import { byAttributedCost } from './attributed-cost.js';
import { byTokens } from './by-tokens.js';
import { evenly } from './evenly.js';

const claimants = [
  { key: 'ads', cost: 30n, tokens: 7n },
  { key: 'search', cost: -4n, tokens: 0n },
  { key: 'data', cost: 0n, tokens: 21n },
];

it.each([
  ['attributed cost, credits weighing nothing', byAttributedCost, [30n, 0n, 0n]],
  ['tokens', byTokens, [7n, 0n, 21n]],
  ['nothing', evenly, [1n, 1n, 1n]],
])('weighs by %s', (_, rule, weights) => {
  expect(rule(claimants)).toEqual(claimants.map(({ key }, i) => ({ key, weight: weights[i] })));
});
