import { CliError } from '../exit-code.js';

/** Does the work until Ctrl-C, which aborts the signal; then it ends with that message. A second Ctrl-C ends the process. */
export async function untilInterrupted<T>(message: string, work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const hear = () => interrupt.abort();
  process.once('SIGINT', hear);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) throw new CliError(message);
    throw error;
  } finally {
    process.off('SIGINT', hear);
  }
}
