import type { EpochMs } from '#calendar';
import type { Quota } from '../domain/index.js';

/** The quotas of an account at one time. */
export interface QuotaCatalog {
  /** Grows with every change of a definition, an override included. */
  readonly revision: string;
  readonly quotas: readonly Quota[];
  /** When another version comes into force by itself; null: none is waiting. */
  readonly validUntil: EpochMs | null;
}

/** Reads what is in force. */
export interface QuotaCatalogReader {
  load(accountId: number, at: EpochMs): Promise<QuotaCatalog>;
}

export const QUOTA_CATALOG_READER = Symbol('QuotaCatalogReader');
