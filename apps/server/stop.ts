const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs `stop` at the first signal and leaves with the exit code it gives; a second signal does not hurry it. */
export function onStopSignal(stop: (signal: string) => Promise<number>): void {
  let stopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop(signal).then(
        (code) => process.exit(code),
        (error: unknown) => {
          process.stderr.write(`apportion: ${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

/** Whether the work ends in time. */
export async function within(timeoutMs: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true as const), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
