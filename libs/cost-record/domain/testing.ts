import { isDeepStrictEqual } from 'node:util';
import type { CapacityPurchase } from './capacity-purchase.js';
import type { SharedCost } from './shared-cost.js';

const HOUR_MS = 3_600_000;

/** A p5.48xlarge of pool h100 for November 2023, $720 at once and $4 an hour, unless it says otherwise. */
export function purchaseOf(purchase: Partial<CapacityPurchase> = {}): CapacityPurchase {
  const validFrom = purchase.validFrom ?? Date.UTC(2023, 10, 1);
  const hourlyRate = 4_000_000_000_000n;
  return {
    purchase: 'ri-1',
    version: 1,
    pool: 'h100',
    provider: 'aws',
    region: 'us-east-1',
    instanceType: 'p5.48xlarge',
    pricingModel: 'reserved',
    validFrom,
    validTo: validFrom + 720 * HOUR_MS,
    instanceMicros: 1_000_000n,
    upfront: 720_000_000_000_000n,
    residualValue: 0n,
    terms: [{ from: validFrom, hourlyRate, power: null }],
    listHourlyRate: null,
    contractedHourlyRate: null,
    currency: 'USD',
    recordedFrom: null,
    ...purchase,
  };
}

/** $3,000 of storage for November 2026 (UTC), at public prices too, unless it says otherwise. */
export function sharedCostOf(cost: Partial<SharedCost> = {}): SharedCost {
  const { amount = 3_000_000_000_000_000n } = cost;
  return {
    sharedCostId: '018bd2a2-0000-7000-8000-00000000000a',
    version: 1,
    pool: 'storage',
    description: 'object storage',
    vendor: null,
    validFrom: Date.UTC(2026, 10, 1),
    validTo: Date.UTC(2026, 11, 1),
    listAmount: amount,
    currency: 'USD',
    ...cost,
    amount,
  };
}

/** To compare as Jest does takes longer than most of what is compared takes to make; it is asked where something differs. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
