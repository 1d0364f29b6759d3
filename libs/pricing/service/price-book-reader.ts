import type { EpochMs } from '#calendar';
import type { PriceBook } from '../domain/index.js';

/** Loads all price versions that may hold in [start, end). */
export interface PriceBookReader {
  load(accountId: number, start: EpochMs, end: EpochMs): Promise<PriceBook>;
}

export const PRICE_BOOK_READER = Symbol('PriceBookReader');
