import { isOutOfReach, sqlStateOf, wasNotConnected } from '#platform';
import { CountsUnavailableError, MissingCountError, StaleDefinitionsError } from '../service/quota-store.js';

/** What the functions of the database say. */
const OTHER_DEFINITIONS = 'AQ001';
const NO_COUNT = 'AQ002';
export const OTHER_STORE_COUNTS = 'AQ003';
export const OTHER_GENERATION = 'AQ004';

export const UNIQUE_VIOLATION = '23505';

const SQL_STATE = /^[0-9A-Z]{5}$/;

/** Whether the database has surely done nothing of what failed so: it said itself why not, or was not asked. */
export function isRefusal(error: unknown): boolean {
  if (wasNotConnected(error)) return true;
  const state = sqlStateOf(error);
  // Node's errors, of which some look like a state, begin with E; a state does not.
  return state !== undefined && SQL_STATE.test(state) && !state.startsWith('E') && !isOutOfReach(error);
}

/** An error of a query as what the store throws for it. */
export function toQuotaError(error: unknown): unknown {
  switch (sqlStateOf(error)) {
    case OTHER_DEFINITIONS:
      return new StaleDefinitionsError('the definitions have changed', { cause: error });
    case NO_COUNT:
      return new MissingCountError('a count is not there', { cause: error });
    default:
      return isOutOfReach(error) ? new CountsUnavailableError('Postgres is out of reach', { cause: error }) : error;
  }
}
