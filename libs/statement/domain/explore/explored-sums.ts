import type { EpochMs } from '#calendar';
import type { PoolPeriod } from '#cost-record/domain';
import { addKnown } from '../add-amounts.js';
import { BillSums } from '../bill-sums.js';

/** What a pool cost in one slice of time, and how much of it was used. */
export interface PoolSlice {
  readonly pool: string;
  /** As `sliceOf` named it. */
  readonly slice: EpochMs;
  readonly effective: bigint;
  readonly paidInstanceNanos: bigint;
  /** Null when the basis of any used period cannot know. */
  readonly usedInstanceNanos: bigint | null;
}

/** Sums of a bill that is explored: what pools cost is kept apart by time too. */
export class ExploredSums extends BillSums {
  private readonly slices = new Map<string, PoolSlice>();

  constructor(
    platformTeam: string,
    /** Names the slice of time that a charge period belongs to. */
    private readonly sliceOf: (chargePeriod: EpochMs) => EpochMs,
  ) {
    super(platformTeam);
  }

  override addPoolPeriod(cost: PoolPeriod, usedInstanceNanos: bigint | null): void {
    super.addPoolPeriod(cost, usedInstanceNanos);
    const { pool, effective, instanceMicroMs } = cost;
    const slice = this.sliceOf(cost.chargePeriod);
    const key = `${slice.toString()} ${pool}`;
    const before = this.slices.get(key) ?? { effective: 0n, paidInstanceNanos: 0n, usedInstanceNanos: 0n };
    this.slices.set(key, {
      pool,
      slice,
      effective: before.effective + effective,
      paidInstanceNanos: before.paidInstanceNanos + instanceMicroMs,
      usedInstanceNanos: addKnown(before.usedInstanceNanos, usedInstanceNanos),
    });
  }

  poolSlices(): PoolSlice[] {
    return [...this.slices.values()];
  }
}
