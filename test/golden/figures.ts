import { type AppliedAttribution, allocatePool, type PoolAllocation } from '#allocation';
import type { PoolPeriodCost } from '#cost-record';
import type { MeteredUsage } from '#metering';
import { divideHalfEven, parsePicos, scaledToDecimal } from '#money';
import type { TokenClass } from '#token';

/** The whole of something that has no owners: each test's own pool cost, attributed by its own policy. */
export function attribute(
  cost: PoolPeriodCost,
  attribution: AppliedAttribution,
  usage: readonly MeteredUsage[],
): PoolAllocation {
  return allocatePool({ cost, policy: { version: 1, attribution }, usage, isKnownTeam: () => true });
}

export function dollars(text: string): bigint {
  const picos = parsePicos(text);
  if (picos === undefined) throw new RangeError(`${text} is not an amount`);
  return picos;
}

/** The fraction as a decimal with exactly so many places, rounded half to even. */
export function toPlaces(dividend: bigint, divisor: bigint, places: number): string {
  const scaled = scaledToDecimal(divideHalfEven(dividend * 10n ** BigInt(places), divisor), places);
  if (places === 0) return scaled;
  const [integer = '', fraction = ''] = scaled.split('.');
  return `${integer}.${fraction.padEnd(places, '0')}`;
}

export function effectiveOf({ charges }: PoolAllocation, ...classes: readonly TokenClass[]): bigint {
  return charges
    .filter(({ kind, tokenClass }) => kind === 'used' && tokenClass !== null && classes.includes(tokenClass))
    .reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
}

/** Dollars per 1M tokens, so many places: picos x 10^6 / tokens, in units of 10^12 picos. */
export function perMillion(picos: bigint, tokens: bigint, places: number): string {
  return toPlaces(picos * 1_000_000n, tokens * 10n ** 12n, places);
}
