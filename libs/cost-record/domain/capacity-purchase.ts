import type { EpochMs } from '#calendar';
import type { Picos } from '#money';

/** How capacity is bought for a term. */
export const PURCHASE_MODELS = ['reserved', 'committed', 'owned'] as const;
export type PurchaseModel = (typeof PURCHASE_MODELS)[number];

/** What power costs: kilowatts of one instance x PUE x the price of a kilowatt-hour. */
export interface PowerTerms {
  /** Kilowatts that one instance draws, scaled by 10^6. */
  readonly kilowattMicros: bigint;
  /** Power usage effectiveness, what the building draws for each watt of the machines; scaled by 10^6. */
  readonly pueMicros: bigint;
  readonly picosPerKilowattHour: Picos;
}

/** What the purchase costs as time goes by, from an instant on until the next terms. */
export interface HourlyTerms {
  readonly from: EpochMs;
  /** Picos per hour of one instance: the commitment's hourly fee, or the space and staff of a machine. */
  readonly hourlyRate: Picos;
  readonly power: PowerTerms | null;
}

/**
 * The current version of a purchase: instances bought for a term, to be paid whether they run or not. A reservation or
 * commitment at a provider, or hardware of one's own from the day it goes into service until it is written off.
 */
export interface CapacityPurchase {
  /** What it is known by: the provider's id of it, an asset's number. */
  readonly purchase: string;
  readonly version: number;
  readonly pool: string;
  readonly provider: string;
  readonly region: string;
  readonly instanceType: string;
  readonly pricingModel: PurchaseModel;
  readonly validFrom: EpochMs;
  /** Exclusive. */
  readonly validTo: EpochMs;
  /** Instances, scaled by 10^6. */
  readonly instanceMicros: bigint;
  /** Paid when the term begins, for all instances together. */
  readonly upfront: Picos;
  /** What hardware is still worth at the end, all of it together; zero for the rest. */
  readonly residualValue: Picos;
  /** Ascending; the first from the term's begin. */
  readonly terms: readonly HourlyTerms[];
  /** Picos per hour of one instance: the public on-demand rate of the same, where known. */
  readonly listHourlyRate: Picos | null;
  /** The same as negotiated, before what a commitment saves; where known. */
  readonly contractedHourlyRate: Picos | null;
  readonly currency: string;
  /**
   * Since when cost records of the same pool, provider, region, instance type and pricing model say how many of its instances
   * ran. Before that, and where it is null, all of them are taken as running.
   */
  readonly recordedFrom: EpochMs | null;
}

export function isPurchaseModel(text: string): text is PurchaseModel {
  return PURCHASE_MODELS.some((model) => model === text);
}
