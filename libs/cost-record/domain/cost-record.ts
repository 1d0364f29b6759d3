import type { EpochMs } from '#calendar';
import type { Picos } from '#money';

/** How the instances of a record are paid for. */
export const PRICING_MODELS = ['on_demand', 'spot', 'reserved', 'committed', 'owned'] as const;
export type PricingModel = (typeof PRICING_MODELS)[number];

/** The current version of a cost record: so many instances stood in the pool at this rate in [validFrom, validTo). */
export interface CostRecord {
  readonly costRecordId: string;
  readonly version: number;
  readonly pool: string;
  readonly provider: string;
  readonly region: string;
  readonly instanceType: string;
  readonly pricingModel: PricingModel;
  readonly validFrom: EpochMs;
  /** Exclusive; null: still standing. */
  readonly validTo: EpochMs | null;
  /** Picos per hour of one instance. */
  readonly hourlyRate: Picos;
  /** The public on-demand rate, where known; the rate itself for on-demand instances. */
  readonly listHourlyRate: Picos | null;
  readonly currency: string;
  /** Instances, scaled by 10^6. */
  readonly instanceMicros: bigint;
}

/** Capacity and what it cost. */
export interface CapacityCost {
  /** What it cost in all, with what was paid at once amortised, in picos. */
  readonly effective: Picos;
  /** What the same capacity costs at public prices, in picos; null when any of it has no known list rate. */
  readonly list: Picos | null;
  /** Capacity: instances (scaled by 10^6) x milliseconds that they stood. */
  readonly instanceMicroMs: bigint;
}

/** What a pool cost in one charge period. */
export interface PoolPeriodCost extends CapacityCost {
  readonly pool: string;
  readonly chargePeriod: EpochMs;
  /** The part of it that was bought for a term and that no instance used; left out: none. */
  readonly unused?: CapacityCost;
}

/** The same with what it comes to by the other two ways of counting. */
export interface PoolPeriod extends PoolPeriodCost {
  /** At negotiated prices, before what commitments save; null when not known. */
  readonly contracted: Picos | null;
  /** What falls due in the period, as invoices have it: purchases at once, nothing for what is amortised. */
  readonly invoiced: Picos;
}

export function isPricingModel(text: string): text is PricingModel {
  return PRICING_MODELS.some((model) => model === text);
}
