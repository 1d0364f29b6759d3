import { CHARGE_PERIOD_MS, chargePeriodStart, type EpochMs } from '#calendar';
import { divideHalfEven, type Picos } from '#money';
import type { CostRecord, PoolPeriodCost } from './cost-record.js';

/** Hours in milliseconds times the scale of `instanceMicros`: the divisor from rate x count x time to picos. */
const HOUR_MS_MICROS = 3_600_000n * 1_000_000n;

/**
 * What the records cost in each charge period of [start, end), one entry for each pool and period in which any instance
 * stood, ordered by pool and period. Exact in this sense: a record's cost up to an instant is rounded half-even to picos
 * and a period gets the difference between its ends, so that the parts of any division of time add up to the cost of the
 * whole, and no period is off by a pico.
 */
export function spreadCost(records: readonly CostRecord[], start: EpochMs, end: EpochMs): PoolPeriodCost[] {
  const pools = new Map<string, Map<EpochMs, PoolPeriodCost>>();
  for (const record of records) {
    const [from, to] = overlap(record, start, end);
    const periods = pools.get(record.pool) ?? new Map<EpochMs, PoolPeriodCost>();
    pools.set(record.pool, periods);
    const costUpTo = meterOf(record, from);
    for (let period = chargePeriodStart(from); period < to; period += CHARGE_PERIOD_MS) {
      const part = costUpTo(Math.min(to, period + CHARGE_PERIOD_MS));
      // A count of zero withdraws a record; nothing stood there.
      if (part.instanceMicroMs === 0n) continue;
      periods.set(period, add(periods.get(period), { ...part, pool: record.pool, chargePeriod: period }));
    }
  }
  return [...pools.values()].flatMap((periods) => [...periods.values()]).sort(comparePeriods);
}

/** What the records cost in [start, end) together, in picos: the sum of `effective` that `spreadCost` gives. */
export function totalCost(records: readonly CostRecord[], start: EpochMs, end: EpochMs): Picos {
  return records.reduce((sum, record) => {
    const [from, to] = overlap(record, start, end);
    return sum + meterOf(record, from)(to).effective;
  }, 0n);
}

function overlap({ validFrom, validTo }: CostRecord, start: EpochMs, end: EpochMs): [EpochMs, EpochMs] {
  const from = Math.max(validFrom, start);
  return [from, Math.max(from, Math.min(validTo ?? end, end))];
}

/** Gives what a record costs from where the last call ended, the first from `from`, to an instant. */
function meterOf({ hourlyRate, listHourlyRate, instanceMicros, validFrom }: CostRecord, from: EpochMs) {
  const effectiveUpTo = differences((at) => costUntil(hourlyRate, instanceMicros, at - validFrom), from);
  const listUpTo =
    listHourlyRate === null || listHourlyRate === hourlyRate
      ? undefined
      : differences((at) => costUntil(listHourlyRate, instanceMicros, at - validFrom), from);
  let before = from;
  return (to: EpochMs) => {
    const effective = effectiveUpTo(to);
    const list = listUpTo ? listUpTo(to) : listHourlyRate === null ? null : effective;
    const instanceMicroMs = instanceMicros * BigInt(to - before);
    before = to;
    return { effective, list, instanceMicroMs };
  };
}

/** Turns a running total into what it grew by since the last call. */
function differences(totalAt: (at: EpochMs) => Picos, from: EpochMs): (to: EpochMs) => Picos {
  let before = totalAt(from);
  return (to) => {
    const after = totalAt(to);
    const difference = after - before;
    before = after;
    return difference;
  };
}

function costUntil(hourlyRate: Picos, instanceMicros: bigint, elapsedMs: number): Picos {
  return divideHalfEven(hourlyRate * instanceMicros * BigInt(elapsedMs), HOUR_MS_MICROS);
}

function add(a: PoolPeriodCost | undefined, b: PoolPeriodCost): PoolPeriodCost {
  if (!a) return b;
  return {
    ...a,
    effective: a.effective + b.effective,
    // The list cost of the whole is known when that of each part is.
    list: a.list === null || b.list === null ? null : a.list + b.list,
    instanceMicroMs: a.instanceMicroMs + b.instanceMicroMs,
  };
}

function comparePeriods(a: PoolPeriodCost, b: PoolPeriodCost): number {
  if (a.pool !== b.pool) return a.pool < b.pool ? -1 : 1;
  return a.chargePeriod - b.chargePeriod;
}
