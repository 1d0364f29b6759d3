import type { Share } from '#money';

/**
 * `peak`: who made the pool as large as it is pays for its size. A team's demand d is the most tokens it used in any one charge
 * period of the billing period, and its share of the cost C of all used charge periods is the Shapley value of the
 * airport game over these demands: with d_1 <= ... <= d_n and d_0 = 0,
 *
 *     φ_k = C / d_n · Σ_{j<=k} (d_j − d_{j−1}) / (n − j + 1)
 *
 * so that each step of capacity is paid evenly by all who need it. Source: Littlechild and Owen, "A Simple Expression for
 * the Shapley Value in a Special Case", Management Science 20 (1973). Exact: the weights are the bracketed sums over a common
 * denominator, so that they sum to d_n times it.
 */
export function peakShares(demands: ReadonlyMap<string, bigint>): Share[] {
  const ascending = [...demands].sort(([teamA, a], [teamB, b]) =>
    a === b ? (teamA < teamB ? -1 : 1) : a < b ? -1 : 1,
  );
  const steps = ascending.map(([team, demand], j) => ({
    team,
    step: demand - (ascending[j - 1]?.[1] ?? 0n),
    sharers: BigInt(ascending.length - j),
  }));
  const denominator = steps.reduce((all, { step, sharers }) => (step === 0n ? all : lcm(all, sharers)), 1n);
  let weight = 0n;
  return steps.map(({ team, step, sharers }) => {
    // Only a step of nothing may be shared by a number that the denominator does not have.
    weight += step * (denominator / sharers);
    return { key: team, weight };
  });
}

function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
