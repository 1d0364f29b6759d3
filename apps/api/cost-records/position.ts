import type { EpochMs } from '#calendar';

/** Where a page of what pools cost goes on: after this pool, start and id. */
export interface Position {
  readonly pool: string;
  readonly validFrom: EpochMs;
  readonly id: string;
}

/** The position that a cursor of such a list names. */
export function positionOf([pool = '', validFrom = '', id = '']: readonly string[]): Position {
  return { pool, validFrom: Number(validFrom), id };
}
