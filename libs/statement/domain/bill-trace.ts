import type { AppliedPolicy, PoolAllocation } from '#allocation/domain';
import type { EpochMs } from '#calendar';
import type { PoolPeriodCost } from '#cost-record/domain';
import type { Charge } from '#rating/domain';

/** A pool's charge period as it was billed. */
export interface BilledPoolPeriod extends Pick<PoolAllocation, 'steps' | 'held'> {
  readonly pool: string;
  readonly chargePeriod: EpochMs;
  readonly cost: PoolPeriodCost | undefined;
  readonly policy: AppliedPolicy | undefined;
}

/** Looks on while usage is billed: first at each charge of a pool and charge period, or of rated usage, then at the whole. */
export interface BillTrace {
  charge(charge: Charge, costCenter: string | null): void;
  pool(period: BilledPoolPeriod): void;
  rated(): void;
}
