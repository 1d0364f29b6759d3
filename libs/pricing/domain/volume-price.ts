import type { Picos } from '#money';

/** The unit price of the tokens beyond `volumeFrom`: the first tier begins at 0 and takes in the very first token. */
export interface VolumeTier {
  readonly volumeFrom: bigint;
  readonly picosPerToken: Picos;
}

/** Ascending by `volumeFrom`, the first at 0. */
export type VolumeTiers = readonly [VolumeTier, ...VolumeTier[]];

/** What each started package of so many tokens costs. */
export interface PackagePrice {
  /** At least 1. */
  readonly packageTokens: bigint;
  readonly picosPerPackage: Picos;
}

/**
 * A price that follows how many tokens of a class the account used in the billing period. `graduated`: each token costs the
 * price of the tier it falls in. `volume`: all cost that of the tier which the last of them reached. `package`: each started
 * package costs the same.
 */
export type VolumePrice =
  | { readonly model: 'graduated' | 'volume'; readonly tiers: VolumeTiers }
  | ({ readonly model: 'package' } & PackagePrice);
