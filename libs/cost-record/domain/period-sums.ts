import { CHARGE_PERIOD_MS, type EpochMs } from '#calendar';
import type { Picos } from '#money';
import type { PoolPeriodCost } from './cost-record.js';

/** What one record adds to a charge period. */
export interface PeriodPart {
  readonly effective: Picos;
  /** Null: not known. */
  readonly list: Picos | null;
  readonly instanceMicroMs: bigint;
}

/** By how much the sums change from one period to the next. */
interface Change {
  effective: Picos;
  list: Picos;
  /** Records whose list cost is not known. */
  unlisted: number;
  instanceMicroMs: bigint;
}

/**
 * Sums one pool's records per charge period, as changes from period to period: a record that costs the same in each of a
 * month's periods is two entries instead of three thousand.
 */
export class PeriodSums {
  private readonly changes = new Map<EpochMs, Change>();

  /** Adds the part to each period of [from, to), both on edges. */
  add(from: EpochMs, to: EpochMs, part: PeriodPart): void {
    if (to <= from) return;
    this.change(from, part, 1);
    this.change(to, part, -1);
  }

  /** The sums of each period in which an instance stood, in order. */
  periods(pool: string): PoolPeriodCost[] {
    const edges = [...this.changes.keys()].sort((a, b) => a - b);
    const sum: Change = { effective: 0n, list: 0n, unlisted: 0, instanceMicroMs: 0n };
    const periods: PoolPeriodCost[] = [];
    edges.forEach((edge, i) => {
      const change = this.changes.get(edge);
      if (change) apply(sum, change);
      // After the last edge nothing stands any more.
      const until = edges[i + 1] ?? edge;
      if (sum.instanceMicroMs === 0n) return;
      const { effective, instanceMicroMs } = sum;
      const list = sum.unlisted > 0 ? null : sum.list;
      for (let chargePeriod = edge; chargePeriod < until; chargePeriod += CHARGE_PERIOD_MS) {
        periods.push({ pool, chargePeriod, effective, list, instanceMicroMs });
      }
    });
    return periods;
  }

  private change(edge: EpochMs, { effective, list, instanceMicroMs }: PeriodPart, sign: 1 | -1): void {
    let change = this.changes.get(edge);
    if (!change) this.changes.set(edge, (change = { effective: 0n, list: 0n, unlisted: 0, instanceMicroMs: 0n }));
    const factor = BigInt(sign);
    change.effective += factor * effective;
    change.list += factor * (list ?? 0n);
    change.unlisted += list === null ? sign : 0;
    change.instanceMicroMs += factor * instanceMicroMs;
  }
}

function apply(sum: Change, change: Change): void {
  sum.effective += change.effective;
  sum.list += change.list;
  sum.unlisted += change.unlisted;
  sum.instanceMicroMs += change.instanceMicroMs;
}
