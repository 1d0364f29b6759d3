import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '#calendar';
import { onceAtATime } from '#platform';
import type { Inbox } from '../service/inbox.js';

/**
 * What waits in the inbox, read once when somebody looks. An inbox that cannot be read leaves both gauges without a number
 * and is counted: all other metrics are wanted then more than ever.
 */
export function observeInbox(registry: Registry, inbox: Pick<Inbox, 'load'>, clock: Clock): void {
  const registers = [registry];
  const read = onceAtATime(refresh);
  const age = new Gauge({
    name: 'apportion_ingest_inbox_age_seconds',
    help: 'How long the oldest waiting event has waited; NaN when the inbox cannot be read.',
    registers,
    collect: read,
  });
  const waiting = new Gauge({
    name: 'apportion_ingest_inbox_waiting_events',
    help: 'Events on disk that the worker has not taken yet; NaN when the inbox cannot be read.',
    registers,
    collect: read,
  });
  const failures = new Counter({
    name: 'apportion_ingest_inbox_read_failures_total',
    help: 'Scrapes that could not read the inbox.',
    registers,
    collect: read,
  });

  async function refresh(): Promise<void> {
    try {
      const { waitingEvents, oldestReceivedAt } = await inbox.load();
      waiting.set(waitingEvents);
      age.set(oldestReceivedAt === null ? 0 : Math.max(0, clock.now() - oldestReceivedAt) / 1000);
    } catch {
      waiting.set(Number.NaN);
      age.set(Number.NaN);
      failures.inc();
    }
  }
}
