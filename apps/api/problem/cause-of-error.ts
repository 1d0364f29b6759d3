import { HttpException } from '@nestjs/common';
import { ZodError } from 'zod';
import { errorText, isOutOfReach, sqlStateOf } from '#platform';
import { FailureException } from './failure.exception.js';
import { causeOfFailure, type ProblemCause } from './problem.js';
import { failureOfIssues } from './schema-issues.js';

const INTERNAL: ProblemCause = {
  status: 500,
  code: 'server.internal',
  detail: 'Something went wrong here. It has been logged under the request id.',
};

/** Statuses that are not a failure of ours, by code. */
const CODES: Readonly<Record<number, string>> = {
  400: 'request.malformed',
  401: 'auth.unauthenticated',
  403: 'auth.forbidden',
  404: 'request.not_found',
  405: 'request.method_not_allowed',
  408: 'request.timeout',
  409: 'request.conflict',
  413: 'request.too_large',
  414: 'request.uri_too_long',
  415: 'request.unsupported_media_type',
  429: 'request.too_many',
  503: 'server.unavailable',
};

/** Database errors of one that is there and says "try again": time-outs of statements, locks and idle transactions. */
const TOO_LONG = /^(57014|55P03|25P03)$/;

/** What an error thrown anywhere in a request is to the caller. Bugs are 500 and tell nothing. */
export function causeOfError(error: unknown): ProblemCause {
  if (error instanceof FailureException) return causeOfFailure(error.failure);
  if (error instanceof ZodError) return causeOfFailure(failureOfIssues(error.issues));
  if (error instanceof HttpException) return causeOfStatus(error.getStatus(), error.message);
  // Fastify's own: a body that is no JSON, too large, of a type nobody reads.
  const status = typeof error === 'object' && error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) return causeOfStatus(status, errorText(error));
  if (isOutOfReach(error) || TOO_LONG.test(sqlStateOf(error) ?? '')) {
    return {
      status: 503,
      code: 'server.unavailable',
      detail: 'The database does not answer now.',
      retryAfterSeconds: 5,
    };
  }
  return INTERNAL;
}

function causeOfStatus(status: number, detail: string): ProblemCause {
  if (status >= 500 && status !== 503) return { ...INTERNAL, status };
  return { status, code: CODES[status] ?? 'request.refused', detail };
}
