import type { EpochMs } from '#calendar';
import { groupBy, type Picos } from '#money';
import { type Accrual, accruedBetween, shareOfAccrual } from './accrual.js';
import type { CapacityPurchase } from './capacity-purchase.js';
import type { CostRecord, PoolPeriod } from './cost-record.js';
import { type CoveredStretch, capacityKey, coverage } from './coverage.js';
import { hourlyAccrual } from './hourly.js';
import { type CountedStretch, JoinedStretches } from './joined-stretches.js';
import { type Measure, PeriodSums } from './period-sums.js';
import { atHourlyRate, effectiveAccruals, runningAccruals } from './purchase-accruals.js';

/**
 * What records and purchases cost in each charge period of [start, end), one entry for each pool and period in which any
 * instance stood, ordered by pool and period. Exact in the sense of `accruedBetween`: the parts of any division of time add up
 * to the cost of the whole, and no period is off by a pico.
 */
export function spreadCost(
  records: readonly CostRecord[],
  start: EpochMs,
  end: EpochMs,
  purchases: readonly CapacityPurchase[] = [],
): PoolPeriod[] {
  const pools = new Map<string, PeriodSums>();
  const sumsOf = (pool: string): PeriodSums => {
    let sums = pools.get(pool);
    if (!sums) pools.set(pool, (sums = new PeriodSums(start, end)));
    return sums;
  };
  const ran = groupBy(records, capacityKey);
  const bought = groupBy(purchases, capacityKey);
  for (const [key, group] of ran)
    if (!bought.has(key)) for (const record of group) addRecord(record, sumsOf(record.pool));
  for (const [key, group] of bought) {
    for (const purchase of group) addPurchase(purchase, sumsOf(purchase.pool));
    addStretches(coverage(ran.get(key) ?? [], group, start, end), sumsOf);
  }
  return [...pools].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([pool, sums]) => sums.periods(pool));
}

/** What the records cost in [start, end) together, in picos: the sum of `effective` that `spreadCost` gives without purchases. */
export function totalCost(records: readonly CostRecord[], start: EpochMs, end: EpochMs): Picos {
  return records.reduce((sum, { hourlyRate, instanceMicros, validFrom, validTo }) => {
    return sum + accruedBetween(hourlyAccrual(hourlyRate, instanceMicros, validFrom, validTo), start, end);
  }, 0n);
}

/** What was agreed on before any commitment: the rate itself where nothing was committed to, else the public one if known. */
function contractedRateOf({ pricingModel, hourlyRate, listHourlyRate }: CostRecord): Picos | null {
  return pricingModel === 'on_demand' || pricingModel === 'spot' ? hourlyRate : listHourlyRate;
}

function addRecord(record: CostRecord, sums: PeriodSums, from?: EpochMs, to?: EpochMs): void {
  const { hourlyRate, listHourlyRate, instanceMicros, validFrom, validTo } = record;
  // A count of zero withdraws a record; nothing stood there.
  if (instanceMicros === 0n) return;
  const at = (rate: Picos): Accrual => hourlyAccrual(rate, instanceMicros, validFrom, validTo);
  sums.accrue(at(hourlyRate), ['effective', 'invoiced'], from, to);
  const known: readonly [Picos | null, Measure, Measure][] = [
    [listHourlyRate, 'list', 'unlisted'],
    [contractedRateOf(record), 'contracted', 'uncontracted'],
  ];
  const [first, last] = [Math.max(validFrom, from ?? validFrom), Math.min(validTo ?? Infinity, to ?? Infinity)];
  for (const [rate, measure, unknown] of known)
    if (rate === null) sums.count(unknown, first, last);
    else sums.accrue(at(rate), [measure], from, to);
  sums.accrue(standing(instanceMicros, validFrom, validTo), ['instanceMicroMs'], from, to);
}

/** All that a purchase costs, whether its instances run or not. */
function addPurchase(purchase: CapacityPurchase, sums: PeriodSums): void {
  const { instanceMicros, validFrom, validTo, pricingModel, upfront, listHourlyRate, contractedHourlyRate } = purchase;
  if (instanceMicros === 0n) return;
  for (const accrual of effectiveAccruals(purchase)) sums.accrue(accrual, ['effective']);
  sums.addOnce('invoiced', validFrom, upfront);
  for (const accrual of runningAccruals(purchase)) sums.accrue(accrual, ['invoiced']);
  if (listHourlyRate === null) sums.count('unlisted', validFrom, validTo);
  else sums.accrue(atHourlyRate(purchase, listHourlyRate), ['list']);
  const contracted = contractedHourlyRate ?? listHourlyRate;
  // What hardware of one's own costs is what was agreed on for it.
  if (pricingModel === 'owned') for (const accrual of effectiveAccruals(purchase)) sums.accrue(accrual, ['contracted']);
  else if (contracted === null) sums.count('uncontracted', validFrom, validTo);
  else sums.accrue(atHourlyRate(purchase, contracted), ['contracted']);
  sums.accrue(standing(instanceMicros, validFrom, validTo), ['instanceMicroMs']);
}

/** What of the purchases nobody ran, and what ran beyond them, at its record's own rate. */
function addStretches(stretches: readonly CoveredStretch[], sumsOf: (pool: string) => PeriodSums): void {
  const [unused, beyond] = [new JoinedStretches<CapacityPurchase>(), new JoinedStretches<CostRecord>()];
  for (const stretch of stretches) {
    for (const [purchase, micros] of stretch.unused) unused.add(purchase, micros, stretch.from, stretch.to);
    for (const [record, micros] of stretch.beyond) beyond.add(record, micros, stretch.from, stretch.to);
  }
  for (const stretch of unused.list()) addUnused(stretch, sumsOf(stretch.of.pool));
  for (const { of: record, instanceMicros, from, to } of beyond.list())
    addRecord({ ...record, instanceMicros }, sumsOf(record.pool), from, to);
}

function addUnused(
  { of: purchase, instanceMicros: micros, from, to }: CountedStretch<CapacityPurchase>,
  sums: PeriodSums,
): void {
  const { instanceMicros, listHourlyRate, validFrom, validTo } = purchase;
  for (const accrual of effectiveAccruals(purchase))
    sums.accrue(shareOfAccrual(accrual, micros, instanceMicros), ['unusedEffective'], from, to);
  if (listHourlyRate !== null)
    sums.accrue(atHourlyRate({ ...purchase, instanceMicros: micros }, listHourlyRate), ['unusedList'], from, to);
  sums.accrue(standing(micros, validFrom, validTo), ['unusedInstanceMicroMs'], from, to);
}

/** Capacity: instances (scaled by 10^6) x milliseconds that they stood. */
function standing(instanceMicros: bigint, from: EpochMs, to: EpochMs | null): Accrual {
  return { from, to, numerator: instanceMicros, denominator: 1n };
}
