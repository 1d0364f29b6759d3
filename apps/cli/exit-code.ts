/** What a script that calls us can tell apart. */
export const EXIT = { ok: 0, failed: 1, usage: 2, auth: 3, conflict: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * A failure that is the answer to what was asked: one line for people, an exit code for scripts. Anything else that is
 * thrown is a bug.
 */
export class CliError extends Error {
  override readonly name: string = 'CliError';

  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failed,
    /** Lines below the first, such as one per field. */
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** For what the caller wrote wrong. */
export function usageError(message: string): CliError {
  return new CliError(message, EXIT.usage);
}

/** The exit code of an HTTP status of 400 and above. */
export function exitCodeOfStatus(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.auth;
  if (status === 409 || status === 412 || status === 428) return EXIT.conflict;
  return EXIT.failed;
}
