import type { Clock } from '#calendar';
import type { DeliveryWorkStore } from './delivery-work-store.js';

/** What was told, and what came of it, can be asked for so long. */
const REMEMBERED_MS = 90 * 86_400_000;
/** One statement's worth, so that no lock is held for long. */
const PURGE_ROWS = 1_000;

export const PURGE_NOTIFICATIONS = Symbol('PurgeNotifications');

/** Forgets old deliveries and texts. */
export class PurgeNotifications {
  constructor(
    private readonly store: Pick<DeliveryWorkStore, 'purge'>,
    private readonly clock: Clock,
  ) {}

  async run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted && (await this.store.purge(this.clock.now() - REMEMBERED_MS, PURGE_ROWS))) continue;
  }
}
