/** How reading a statement fails, for the API's description. */
export const BAD_PERIOD = { status: 400, description: 'statement.bad_period, request.invalid' };
export const CURRENCY = { status: 409, description: 'statement.currency_mismatch' };
export const BUSY = { status: 429, description: 'statement.busy' };
export const NOT_CLOSED = { status: 409, description: 'statement.not_closed' };
export const TOO_MANY_LINES = { status: 413, description: 'report.too_many_lines' };
export const NO_TEAM = { status: 404, description: 'report.team_not_found' };
