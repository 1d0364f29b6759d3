/**
 * Expected failures are values, not exceptions: a use case returns `Outcome<T>`, the edge maps a `Failure` once to
 * problem+json (HTTP) or to one line and an exit code (CLI). What is thrown is a bug or an outage.
 */

/** What sort of failure it is; the edge derives the HTTP status and the CLI exit code from it, never from the code. */
export type FailureKind =
  | 'invalid'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'precondition_failed'
  | 'precondition_required'
  | 'unauthenticated'
  | 'forbidden'
  | 'too_large'
  | 'unsupported'
  | 'unprocessable'
  | 'busy'
  | 'unavailable';

/** One thing wrong with one field. `pointer` is a JSON pointer (RFC 6901) into the input, `''` for the whole of it. */
export interface FieldFailure {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** An expected failure. `code` is stable, snake case, prefixed by its stage: `pricing.price_not_found`. */
export interface Failure {
  readonly kind: FailureKind;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldFailure[];
  /** For `busy`: whole seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function succeed<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function fail<T = never>(failure: Failure): Outcome<T> {
  return { ok: false, failure };
}
