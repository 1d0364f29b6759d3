/** What every connection of the product asks of its server: nothing may hang for ever, and a commit is a commit. */
export interface SessionSettings {
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
}

const LOCK_TIMEOUT_MS = 30_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** As an argument of the server process. */
export const SYNCHRONOUS_COMMIT = '-c synchronous_commit=on';

/** Options for a `pg` client or pool. */
export function sessionOptions({ applicationName, statementTimeoutMs }: SessionSettings) {
  return {
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    // What is acknowledged is on disk, whatever the server's default.
    options: SYNCHRONOUS_COMMIT,
  };
}
