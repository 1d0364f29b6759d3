import { z } from 'zod';
import { CliError, EXIT, exitCodeOfStatus } from '../exit-code.js';

const problem = z.object({
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
});

/** The server said no. */
export class ApiError extends CliError {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    /** The problem's code; undefined when what answered is not an Apportion server. */
    readonly code: string | undefined,
    message: string,
    details: readonly string[] = [],
    /** Whole seconds after which a retry makes sense. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message, exitCodeOfStatus(status), details);
  }
}

/** Nobody answered. */
export class UnreachableError extends CliError {
  override readonly name = 'UnreachableError';

  constructor(url: string, reason: string) {
    super(
      `cannot reach ${url} (${reason}); start the server with "npm start", or name another one with --url`,
      EXIT.failed,
    );
  }
}

/** Reads an answer of 400 or above: the problem's own words where it has them. */
export async function toApiError(response: Response): Promise<ApiError> {
  const text = await response.text();
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  const parsed = problem.safeParse(parseJson(text));
  if (!parsed.success) {
    const message = `the server answered ${response.status} ${response.statusText} without saying why`;
    return new ApiError(response.status, undefined, message, [], retryAfterSeconds);
  }
  const { detail, code, errors = [] } = parsed.data;
  const details = errors.map((error) => `${error.pointer || '(whole)'}: ${error.detail} [${error.code}]`);
  const message = `${detail.replace(/\s+/g, ' ').replace(/[.]$/, '')} [${code}]`;
  return new ApiError(response.status, code, message, details, retryAfterSeconds);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
