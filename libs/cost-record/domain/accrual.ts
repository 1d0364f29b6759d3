import { CHARGE_PERIOD_MS, chargePeriodStart, type EpochMs } from '#calendar';
import { divideHalfEven } from '#money';

/** An amount that comes up evenly: `numerator / denominator` units with each millisecond of [from, to). */
export interface Accrual {
  readonly from: EpochMs;
  /** Exclusive; null: it goes on. */
  readonly to: EpochMs | null;
  readonly numerator: bigint;
  /** Above zero. */
  readonly denominator: bigint;
}

/**
 * What came up in [start, end), in whole units. Exact in this sense: the amount up to an instant is rounded half-even and an
 * interval has the difference between its ends, so that the parts of any division of time add up to that of the whole.
 */
export function accruedBetween(accrual: Accrual, start: EpochMs, end: EpochMs): bigint {
  return accruedUntil(accrual, end) - accruedUntil(accrual, start);
}

/** A part of what comes up, such as of some of the instances that it is for. */
export function shareOfAccrual(accrual: Accrual, share: bigint, whole: bigint): Accrual {
  return { ...accrual, numerator: accrual.numerator * share, denominator: accrual.denominator * whole };
}

/**
 * Gives what came up in [start, end) charge period by charge period: `take` gets intervals on period edges, in each period of
 * which the same amount comes up.
 */
export function spreadAccrual(
  accrual: Accrual,
  start: EpochMs,
  end: EpochMs,
  take: (from: EpochMs, to: EpochMs, amount: bigint) => void,
): void {
  const first = Math.max(accrual.from, start);
  const to = Math.min(accrual.to ?? end, end);
  const steady = isSteady(accrual);
  for (let at = first; at < to; ) {
    const period = chargePeriodStart(at);
    const last = chargePeriodStart(to);
    const wholePeriods = at === period && last > at;
    const until = wholePeriods && steady ? last : period + CHARGE_PERIOD_MS;
    take(period, until, accruedBetween(accrual, at, Math.min(to, period + CHARGE_PERIOD_MS)));
    at = until;
  }
}

/**
 * Whether all whole periods get the same to the unit. They do when a period's exact amount is a whole number of units, for
 * then the same fraction is rounded at each end; unless it is a half, of which the even neighbour is taken.
 */
function isSteady({ from, numerator, denominator }: Accrual): boolean {
  const fraction = (numerator * BigInt(from - chargePeriodStart(from))) % denominator;
  return (numerator * BigInt(CHARGE_PERIOD_MS)) % denominator === 0n && fraction * 2n !== denominator;
}

function accruedUntil({ from, to, numerator, denominator }: Accrual, at: EpochMs): bigint {
  const until = Math.max(from, Math.min(at, to ?? at));
  return divideHalfEven(numerator * BigInt(until - from), denominator);
}
