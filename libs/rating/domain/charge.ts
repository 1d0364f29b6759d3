import type { EpochMs } from '#calendar';
import type { UsageDimension } from '#metering/domain';
import type { Picos } from '#money';
import type { TokenClass } from '#token';

/**
 * What a charge is for. `used`: capacity or tokens that the owner used. `idle`: capacity that nobody used. `shared`: cost
 * without an owner of its own. `unattributed`: cost of usage whose team the directory does not know. `unpriced`: usage
 * whose cost is not known; its cost is null, never 0.
 */
export const CHARGE_KINDS = ['used', 'idle', 'shared', 'unattributed', 'unpriced'] as const;
export type ChargeKind = (typeof CHARGE_KINDS)[number];

/** What made the amount: the version of a price, or of a pool's policy. */
export interface ChargeOrigin {
  readonly priceVersionId: string | null;
  readonly policyVersion: number | null;
}

/**
 * One exact amount: what one dimension owes for one token class in one charge period. Idle charges that nobody's usage
 * explains have no dimension.
 */
export interface Charge {
  readonly kind: ChargeKind;
  readonly chargePeriod: EpochMs;
  readonly dimension: UsageDimension | null;
  readonly dimensionKey: string;
  readonly pool: string | null;
  /** Null for what is not owed per token: requests, seconds, idle capacity. */
  readonly tokenClass: TokenClass | null;
  readonly requests: bigint;
  /** Tokens of the class; for charges without one see `unit`. */
  readonly quantity: bigint;
  readonly unit: 'tokens' | 'requests' | 'instance_ms';
  readonly list: Picos | null;
  readonly effective: Picos | null;
  readonly origin: ChargeOrigin;
}
