import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '#calendar';
import { onceAtATime } from '#platform';
import { CHANNEL_KINDS, DELIVERY_STATES } from '../domain/index.js';
import type { DeliveryWorkStore } from '../service/delivery-work-store.js';

/** Deliveries by state and kind and how far senders are behind, read once when somebody looks; NaN when it cannot be read. */
export function observeDeliveries(registry: Registry, store: Pick<DeliveryWorkStore, 'load'>, clock: Clock): void {
  const registers = [registry];
  const read = onceAtATime(refresh);
  const deliveries = new Gauge({
    name: 'apportion_notification_deliveries',
    help: 'Deliveries of notifications by state and kind of channel, as long as they are remembered; NaN when they cannot be read.',
    labelNames: ['state', 'kind'],
    registers,
    collect: read,
  });
  const age = new Gauge({
    name: 'apportion_notification_oldest_due_seconds',
    help: 'How long the oldest notification that could be sent has waited for a sender; NaN when it cannot be read.',
    registers,
    collect: read,
  });

  async function refresh(): Promise<void> {
    const now = clock.now();
    const load = await store.load(now).catch(() => undefined);
    const counts = new Map(load?.deliveries.map(({ state, kind, count }) => [`${state} ${kind}`, count]));
    for (const state of DELIVERY_STATES) {
      for (const kind of CHANNEL_KINDS)
        deliveries.set({ state, kind }, load ? (counts.get(`${state} ${kind}`) ?? 0) : Number.NaN);
    }
    const since = load?.oldestDueAt ?? now;
    age.set(load ? Math.max(0, now - since) / 1000 : Number.NaN);
  }
}
