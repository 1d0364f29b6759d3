import { errorText } from '../error-code.js';
import { sqlStateOf } from './with-transaction.js';

/** Connection, resources and shutdown: the server did not answer, or could not. */
const STATES = /^(08|53|57P)[0-9A-Z]+$/;
/** What becomes of a connection that was there. */
const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTDOWN|EHOSTUNREACH|ENETDOWN|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** Errors of pg's pool and client, which give these no code. */
const DRIVER =
  /^(timeout exceeded when trying to connect|Connection terminated|Client (has encountered a connection error|was closed) and is not queryable)/;

/** Whether what failed did so because the database did not answer: it says nothing against the question. */
export function isOutOfReach(error: unknown): boolean {
  const code = sqlStateOf(error);
  if (code === undefined) return DRIVER.test(errorText(error));
  return STATES.test(code) || NETWORK.test(code) || isOfConnecting(error);
}

/** What keeps a connection from being made. None of them can come of one that was there. */
const NO_CONNECTION = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|53300|57P03)$/;
const NONE_FREE = 'timeout exceeded when trying to connect';

/** Whether there was no connection at all: the database has surely done nothing of what failed so. */
export function wasNotConnected(error: unknown): boolean {
  const code = sqlStateOf(error);
  if (code === undefined) return errorText(error) === NONE_FREE;
  return NO_CONNECTION.test(code) || isOfConnecting(error);
}

/** A socket's file that is gone, too many open files: whatever keeps us from the server. */
function isOfConnecting(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'connect';
}
