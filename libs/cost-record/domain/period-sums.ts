import { CHARGE_PERIOD_MS, chargePeriodStart, type EpochMs } from '#calendar';
import { type Accrual, spreadAccrual } from './accrual.js';
import type { PoolPeriod } from './cost-record.js';

/** What is summed for each charge period; `unlisted` and `uncontracted` count what has no known cost of that kind. */
const MEASURES = [
  'effective',
  'list',
  'unlisted',
  'contracted',
  'uncontracted',
  'invoiced',
  'instanceMicroMs',
  'unusedEffective',
  'unusedList',
  'unusedInstanceMicroMs',
] as const;
export type Measure = (typeof MEASURES)[number];
type Sums = Record<Measure, bigint>;

/**
 * Sums one pool's capacity per charge period, as changes from period to period: what costs the same in each of a month's
 * periods is two entries instead of three thousand.
 */
export class PeriodSums {
  private readonly changes = new Map<EpochMs, Sums>();

  constructor(
    private readonly start: EpochMs,
    private readonly end: EpochMs,
  ) {}

  /** Adds what comes up within [from, to) to each of the measures. */
  accrue(accrual: Accrual, measures: readonly Measure[], from = this.start, to = this.end): void {
    spreadAccrual(accrual, Math.max(from, this.start), Math.min(to, this.end), (first, until, amount) => {
      for (const measure of measures) this.add(measure, first, until, amount);
    });
  }

  /** Adds an amount that falls due at one instant. */
  addOnce(measure: Measure, at: EpochMs, amount: bigint): void {
    if (at < this.start || at >= this.end) return;
    const period = chargePeriodStart(at);
    this.add(measure, period, period + CHARGE_PERIOD_MS, amount);
  }

  /** Counts one in each period that [from, to) touches. */
  count(measure: Measure, from: EpochMs, to: EpochMs): void {
    const [first, last] = [Math.max(from, this.start), Math.min(to, this.end)];
    if (first < last) this.add(measure, chargePeriodStart(first), chargePeriodStart(last - 1) + CHARGE_PERIOD_MS, 1n);
  }

  /** The sums of each period in which an instance stood, in order. */
  periods(pool: string): PoolPeriod[] {
    const edges = [...this.changes.keys()].sort((a, b) => a - b);
    const sums = zeros();
    const periods: PoolPeriod[] = [];
    edges.forEach((edge, i) => {
      const change = this.changes.get(edge);
      if (change) for (const measure of MEASURES) sums[measure] += change[measure];
      if (sums.instanceMicroMs === 0n) return;
      const period = periodOf(sums);
      // After the last edge nothing stands any more.
      const until = edges[i + 1] ?? edge;
      for (let chargePeriod = edge; chargePeriod < until; chargePeriod += CHARGE_PERIOD_MS)
        periods.push({ pool, chargePeriod, ...period });
    });
    return periods;
  }

  private add(measure: Measure, from: EpochMs, to: EpochMs, amount: bigint): void {
    this.changeAt(from)[measure] += amount;
    this.changeAt(to)[measure] -= amount;
  }

  private changeAt(edge: EpochMs): Sums {
    let change = this.changes.get(edge);
    if (!change) this.changes.set(edge, (change = zeros()));
    return change;
  }
}

function periodOf(sums: Sums): Omit<PoolPeriod, 'pool' | 'chargePeriod'> {
  const { effective, invoiced, instanceMicroMs, unusedInstanceMicroMs } = sums;
  const list = sums.unlisted > 0n ? null : sums.list;
  const contracted = sums.uncontracted > 0n ? null : sums.contracted;
  const whole = { effective, list, contracted, invoiced, instanceMicroMs };
  if (unusedInstanceMicroMs === 0n) return whole;
  // A part is rounded by itself and could be a pico more than the whole; what ran never costs less than nothing.
  const unused = {
    effective: atMost(sums.unusedEffective, effective),
    list: list === null ? null : atMost(sums.unusedList, list),
    instanceMicroMs: unusedInstanceMicroMs,
  };
  return { ...whole, unused };
}

function atMost(amount: bigint, limit: bigint): bigint {
  return amount < limit ? amount : limit;
}

function zeros(): Sums {
  const sums: Partial<Sums> = {};
  for (const measure of MEASURES) sums[measure] = 0n;
  return sums as Sums;
}
