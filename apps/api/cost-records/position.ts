import { EARLIEST_INSTANT, type EpochMs, LATEST_INSTANT } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where a page of what pools cost goes on: after this pool, start and id. */
export interface Position {
  readonly pool: string;
  readonly validFrom: EpochMs;
  readonly id: string;
}

/** A cursor comes back from outside, so it is checked like any input. */
export function positionFromCursor(cursor: readonly string[] | undefined): Outcome<Position | undefined> {
  if (!cursor) return succeed(undefined);
  const [pool = '', validFrom = '', id = ''] = cursor;
  const at = /^-?\d{1,15}$/.test(validFrom) ? Number(validFrom) : Number.NaN;
  if (at >= EARLIEST_INSTANT && at <= LATEST_INSTANT && UUID.test(id)) return succeed({ pool, validFrom: at, id });
  return fail({ kind: 'invalid', code: 'request.bad_cursor', detail: 'The cursor is not one of this list.' });
}
