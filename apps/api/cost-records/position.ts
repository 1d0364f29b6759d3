import { EARLIEST_INSTANT, LATEST_INSTANT } from '#calendar';
import type { CostRecordPosition } from '#cost-record';
import { fail, type Outcome, succeed } from '#outcome';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where a page of cost records goes on. A cursor comes back from outside, so it is checked like any input. */
export function positionFromCursor(cursor: readonly string[] | undefined): Outcome<CostRecordPosition | undefined> {
  if (!cursor) return succeed(undefined);
  const [pool = '', validFrom = '', costRecordId = ''] = cursor;
  const at = /^-?\d{1,15}$/.test(validFrom) ? Number(validFrom) : Number.NaN;
  if (at >= EARLIEST_INSTANT && at <= LATEST_INSTANT && UUID.test(costRecordId)) {
    return succeed({ pool, validFrom: at, costRecordId });
  }
  return fail({ kind: 'invalid', code: 'request.bad_cursor', detail: 'The cursor is not one of this list.' });
}
