import { type Picos, type Share, splitByLargestRemainder } from '#money';

/** What is missing to a minimum commitment: max(0, minimum - spent). */
export function shortfallOf(minimum: Picos, spent: Picos): Picos {
  return spent < minimum ? minimum - spent : 0n;
}

/**
 * The true-up of a minimum commitment: the shortfall split over who spent, in proportion to what they spent, by largest
 * remainder. With the parts the sum of what all spent is the minimum. Undefined where nobody spent anything.
 */
export function splitTrueUp(minimum: Picos, spenders: readonly Share[]): Picos[] | undefined {
  const spent = spenders.reduce((sum, { weight }) => sum + weight, 0n);
  return splitByLargestRemainder(shortfallOf(minimum, spent), spenders);
}
