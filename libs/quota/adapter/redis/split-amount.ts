import type { QuotaAmount } from '../../domain/index.js';

/**
 * An amount as two whole numbers that a script can reckon with exactly, having doubles alone: billions, and what is left. So it is
 * exact to 9 · 10^24, a thousand times what limits may be.
 */
export type SplitAmount = readonly [billions: number, rest: number];

const BILLION = 1_000_000_000n;

export function splitAmount(amount: QuotaAmount): SplitAmount {
  // Of an amount below zero the rest is above it all the same.
  const rest = ((amount % BILLION) + BILLION) % BILLION;
  return [Number((amount - rest) / BILLION), Number(rest)];
}

export function joinAmount([billions, rest]: SplitAmount): QuotaAmount {
  return BigInt(billions) * BILLION + BigInt(rest);
}
