import { type Share, splitByLargestRemainder } from '#money';
import type { Amounts } from './divide-period.js';

/** Splits an amount at both prices by the same shares, in their order; undefined when no weight is above zero. */
export function splitAmounts({ effective, list }: Amounts, shares: readonly Share[]): Amounts[] | undefined {
  const parts = splitByLargestRemainder(effective, shares);
  const listParts = list === null ? null : splitByLargestRemainder(list, shares);
  if (parts === undefined || listParts === undefined) return undefined;
  return parts.map((part, i) => ({ effective: part, list: listParts && (listParts[i] ?? 0n) }));
}
