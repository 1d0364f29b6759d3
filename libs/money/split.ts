/** One claimant of a split: a weight of at least zero, and a stable key that breaks ties of equal remainders. */
export interface Share {
  readonly key: string;
  readonly weight: bigint;
}

/**
 * Splits `total` (any integer unit, of either sign) over the shares in proportion to their weights so that the parts are
 * integers and sum to `total` exactly. Each part is the floor of its exact share, and the units left go one each to the
 * largest remainders (Hamilton's method), ties to the smaller key in code-unit order. The result depends on keys and
 * weights alone, not on the order given. Returns the parts in the order of `shares`; undefined when no weight is above
 * zero, for then there is no proportion to follow and the caller must say who pays.
 */
export function splitByLargestRemainder(total: bigint, shares: readonly Share[]): bigint[] | undefined {
  let sum = 0n;
  for (const { weight } of shares) {
    if (weight < 0n) throw new RangeError('a share cannot have a negative weight');
    sum += weight;
  }
  if (sum === 0n) return undefined;
  const magnitude = total < 0n ? -total : total;
  const parts = new Array<bigint>(shares.length);
  const remainders = new Array<bigint>(shares.length);
  let left = magnitude;
  shares.forEach(({ weight }, i) => {
    const product = magnitude * weight;
    const part = product / sum;
    parts[i] = part;
    remainders[i] = product - part * sum;
    left -= part;
  });
  if (left > 0n) {
    // At most shares.length - 1 units are left, and each goes to a share with a remainder above zero.
    const order = shares.map((_, i) => i).sort((a, b) => compareClaims(a, b, remainders, shares));
    for (const i of order.slice(0, Number(left))) parts[i] = (parts[i] ?? 0n) + 1n;
  }
  return total < 0n ? parts.map((part) => -part) : parts;
}

function compareClaims(
  a: number,
  b: number,
  remainders: readonly bigint[],
  shares: readonly { readonly key: string }[],
): number {
  const [ra = 0n, rb = 0n] = [remainders[a], remainders[b]];
  if (ra !== rb) return ra > rb ? -1 : 1;
  const [ka = '', kb = ''] = [shares[a]?.key, shares[b]?.key];
  return ka < kb ? -1 : ka > kb ? 1 : 0;
}

/** One of the exact amounts that are rounded together, and a stable key that breaks ties. */
export interface ExactPart {
  readonly key: string;
  /** Of either sign, scaled by the divisor of the split. */
  readonly amount: bigint;
}

/**
 * Rounds amounts of mixed signs, which are no proportion of anything, to whole units (an amount of `divisor` is one) that
 * sum to `total`: each is its floor, and the units left go one each to the largest fractions, ties to the smaller key.
 * `total` must be the sum of the amounts rounded down or up, as it is where it comes from this very split one level higher.
 * Returns the parts in the order of `parts`.
 */
export function roundToSum(total: bigint, parts: readonly ExactPart[], divisor: bigint): bigint[] {
  const floors = parts.map(({ amount }) => floorDivide(amount, divisor));
  const fractions = parts.map(({ amount }, i) => amount - (floors[i] ?? 0n) * divisor);
  const left = floors.reduce((rest, floor) => rest - floor, total);
  if (left < 0n || left > BigInt(parts.length)) throw new RangeError('the total is not the rounded sum of the parts');
  const order = parts.map((_, i) => i).sort((a, b) => compareClaims(a, b, fractions, parts));
  for (const i of order.slice(0, Number(left))) floors[i] = (floors[i] ?? 0n) + 1n;
  return floors;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
