import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;

/** Tries until it does not throw, and gives what it gave; after the time-out, throws what it threw last. */
export async function eventually<T>(attempt: () => T | Promise<T>, timeoutMs = 60_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(POLL_MS);
  }
}
