import { CHARGE_PERIOD_MS, type EpochMicros, type EpochMs } from '#calendar';
import type { UnitCount } from '#ingest/domain';
import type { UsageUnit } from '#token';

/** What events add to the sum of one unit. */
export interface UnitSum {
  readonly chargePeriod: EpochMs;
  readonly dimensionId: number;
  readonly unit: UsageUnit;
  /** Scaled by the unit's decimals. */
  readonly quantity: bigint;
}

const CHARGE_PERIOD_MICROS = CHARGE_PERIOD_MS * 1000;

/** Sums what is counted apart from tokens per charge period, dimension and unit. Few events have any. */
export class UnitSums {
  private readonly byKey = new Map<string, UnitSum>();

  add(occurredAt: EpochMicros, dimensionId: number, counts: readonly UnitCount[]): void {
    const chargePeriod = Math.floor(occurredAt / CHARGE_PERIOD_MICROS) * CHARGE_PERIOD_MS;
    for (const { unit, quantity } of counts) {
      const key = `${chargePeriod} ${dimensionId} ${unit}`;
      const before = this.byKey.get(key)?.quantity ?? 0n;
      this.byKey.set(key, { chargePeriod, dimensionId, unit, quantity: before + BigInt(quantity) });
    }
  }

  /** By charge period, dimension, unit: the order in which every writer must take the rows. */
  sums(): UnitSum[] {
    return [...this.byKey.values()].sort(
      (a, b) => a.chargePeriod - b.chargePeriod || a.dimensionId - b.dimensionId || (a.unit < b.unit ? -1 : 1),
    );
  }
}
