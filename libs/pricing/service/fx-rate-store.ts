import type { EpochMs } from '#calendar';
import type { Day, FxRate } from '../domain/index.js';
import type { StoredPrices } from './price-store.js';

/** What a rate says, before it is stored. */
export type FxRateDraft = Omit<FxRate, 'fxRateId' | 'version'>;

export interface RecordedFxRate extends FxRate {
  readonly state: 'current' | 'superseded';
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface FxRatePage {
  readonly accountId: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Versions with a greater id. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface StoreFxRatesInput {
  readonly accountId: number;
  /** No two of one pair of currencies and day. */
  readonly rates: readonly FxRateDraft[];
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface FxRateStore {
  /** All in one transaction. */
  store(input: StoreFxRatesInput): Promise<StoredPrices>;
  /** By id, all versions. */
  list(page: FxRatePage): Promise<readonly RecordedFxRate[]>;
}

/** Loads the rates to a currency of the days [first, last], one for each other currency and day. */
export interface FxRateReader {
  load(accountId: number, to: string, first: Day, last: Day): Promise<readonly FxRate[]>;
}

export const FX_RATE_STORE = Symbol('FxRateStore');
