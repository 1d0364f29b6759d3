import { Client } from 'pg';
import type { Clock } from '#calendar';

/** The queue's Postgres backend judges its locks by the client's clock. */
const MAX_SKEW_MS = 2_000;

/** Refuses to start when our clock and the database's are further apart than the queue can bear. */
export async function assertClocksAgree(url: string, clock: Clock): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'apportion-start' });
  await client.connect();
  try {
    const before = clock.now();
    const { rows } = await client.query<{ now: string }>(
      `select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
    );
    const skewMs = clockSkewMs(Number(rows[0]?.now), before, clock.now());
    if (skewMs > MAX_SKEW_MS) {
      throw new Error(
        `The clocks of this machine and of the database are ${(skewMs / 1000).toFixed(1)} s apart; at most ` +
          `${MAX_SKEW_MS / 1000} s will do. Synchronise both (NTP) and start again.`,
      );
    }
  } finally {
    await client.end();
  }
}

/** How far the database's time lies outside the span in which it was read. */
export function clockSkewMs(databaseMs: number, beforeMs: number, afterMs: number): number {
  return Math.max(0, beforeMs - databaseMs, databaseMs - afterMs);
}
