import type { Failure, FailureKind, FieldFailure } from '#outcome';

/** An RFC 9457 problem, as every answer of 400 and above is: `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable, snake case, prefixed by the stage that failed. */
  readonly code: string;
  /** The path asked for. */
  readonly instance: string;
  readonly requestId: string;
  readonly errors?: readonly FieldFailure[];
}

/** What a problem is about, before the request it belongs to is known. */
export interface ProblemCause {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldFailure[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Members of the answer that this problem alone has. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

const STATUSES: Readonly<Record<FailureKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  precondition_required: 428,
  busy: 429,
  unavailable: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export function causeOfFailure(failure: Failure): ProblemCause {
  const { kind, code, detail, errors, retryAfterSeconds } = failure;
  return { status: STATUSES[kind], code, detail, errors, retryAfterSeconds };
}

export function toProblem(cause: ProblemCause, instance: string, requestId: string): Problem {
  const { status, code, detail, errors, more } = cause;
  return {
    type: `urn:apportion:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    instance,
    requestId,
    ...(errors && errors.length > 0 ? { errors } : {}),
    ...more,
  };
}
