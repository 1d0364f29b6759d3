const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** npm passes on the signal that the terminal has sent us already. */
const SAME_SIGNAL_MS = 1_000;

/** Runs `stop` at the first signal and leaves with the exit code it gives; a second signal aborts `hurry`. */
export function onStopSignal(stop: (signal: string, hurry: AbortSignal) => Promise<number>): void {
  const hurry = new AbortController();
  let stoppingSince: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stoppingSince !== undefined) {
        if (performance.now() - stoppingSince > SAME_SIGNAL_MS) hurry.abort();
        return;
      }
      stoppingSince = performance.now();
      stop(signal, hurry.signal).then(
        (code) => process.exit(code),
        (error: unknown) => {
          process.stderr.write(`apportion: ${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

/** Whether the work ends in time and before anybody hurries. */
export async function within(timeoutMs: number, work: Promise<void>, hurry: AbortSignal): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
    hurry.addEventListener('abort', () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true as const), impatience]);
  } finally {
    clearTimeout(timer);
  }
}
