import { CHARGE_PERIOD_MS, chargePeriodStart, type EpochMs } from '#calendar';
import { divideHalfEven, type Picos } from '#money';
import type { CostRecord, PoolPeriodCost } from './cost-record.js';
import { PeriodSums } from './period-sums.js';

/** Hours in milliseconds times the scale of `instanceMicros`: the divisor from rate x count x time to picos. */
const HOUR_MS_MICROS = 3_600_000n * 1_000_000n;

/**
 * What the records cost in each charge period of [start, end), one entry for each pool and period in which any instance
 * stood, ordered by pool and period. Exact in this sense: a record's cost up to an instant is rounded half-even to picos
 * and a period gets the difference between its ends, so that the parts of any division of time add up to the cost of the
 * whole, and no period is off by a pico.
 */
export function spreadCost(records: readonly CostRecord[], start: EpochMs, end: EpochMs): PoolPeriodCost[] {
  const pools = new Map<string, PeriodSums>();
  for (const record of records) {
    // A count of zero withdraws a record; nothing stood there.
    if (record.instanceMicros === 0n) continue;
    let sums = pools.get(record.pool);
    if (!sums) pools.set(record.pool, (sums = new PeriodSums()));
    spreadRecord(record, ...overlap(record, start, end), sums);
  }
  return [...pools].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([pool, sums]) => sums.periods(pool));
}

/** What the records cost in [start, end) together, in picos: the sum of `effective` that `spreadCost` gives. */
export function totalCost(records: readonly CostRecord[], start: EpochMs, end: EpochMs): Picos {
  return records.reduce((sum, record) => {
    const [from, to] = overlap(record, start, end);
    return sum + costUntil(record.hourlyRate, record, to) - costUntil(record.hourlyRate, record, from);
  }, 0n);
}

function overlap({ validFrom, validTo }: CostRecord, start: EpochMs, end: EpochMs): [EpochMs, EpochMs] {
  const from = Math.max(validFrom, start);
  return [from, Math.max(from, Math.min(validTo ?? end, end))];
}

/** Periods that cost the same go in one step; where they do not, or only part of one is covered, one by one. */
function spreadRecord(record: CostRecord, from: EpochMs, to: EpochMs, sums: PeriodSums): void {
  const steady = isSteady(record);
  for (let at = from; at < to; ) {
    const period = chargePeriodStart(at);
    const last = chargePeriodStart(to);
    const wholePeriods = at === period && last > at;
    const until = wholePeriods && steady ? last : period + CHARGE_PERIOD_MS;
    sums.add(period, until, partOf(record, at, Math.min(to, period + CHARGE_PERIOD_MS)));
    at = until;
  }
}

/**
 * Whether all whole periods cost the same to the pico. They do when a period's exact cost is a whole number of picos, for
 * then the same fraction is rounded at each end; unless it is a half, of which the even neighbour is taken.
 */
function isSteady({ hourlyRate, listHourlyRate, instanceMicros, validFrom }: CostRecord): boolean {
  const beforeEdgeMs = BigInt(validFrom - chargePeriodStart(validFrom));
  return [hourlyRate, listHourlyRate ?? hourlyRate].every((rate) => {
    const perMs = rate * instanceMicros;
    const fraction = (perMs * beforeEdgeMs) % HOUR_MS_MICROS;
    return (perMs * BigInt(CHARGE_PERIOD_MS)) % HOUR_MS_MICROS === 0n && fraction * 2n !== HOUR_MS_MICROS;
  });
}

function partOf(record: CostRecord, from: EpochMs, to: EpochMs) {
  const { hourlyRate, listHourlyRate, instanceMicros } = record;
  const between = (rate: Picos) => costUntil(rate, record, to) - costUntil(rate, record, from);
  const effective = between(hourlyRate);
  const list = listHourlyRate === hourlyRate ? effective : listHourlyRate === null ? null : between(listHourlyRate);
  return { effective, list, instanceMicroMs: instanceMicros * BigInt(to - from) };
}

/** What a record cost from its begin to an instant, rounded to picos. */
function costUntil(hourlyRate: Picos, { instanceMicros, validFrom }: CostRecord, at: EpochMs): Picos {
  return divideHalfEven(hourlyRate * instanceMicros * BigInt(at - validFrom), HOUR_MS_MICROS);
}
