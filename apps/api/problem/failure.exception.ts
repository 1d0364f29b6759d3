import type { Failure, Outcome } from '#outcome';

/** Carries an expected failure from a handler to the filter that renders it as problem+json. */
export class FailureException extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail);
  }
}

/** The value of an outcome; an expected failure becomes the answer to the request. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new FailureException(outcome.failure);
  return outcome.value;
}
