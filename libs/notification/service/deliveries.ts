import type { Clock, EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import { ATTEMPTS_MAX, type Delivery, type DeliveryState } from '../domain/index.js';

export interface DeliveryPage {
  readonly accountId: number;
  readonly channel: string | undefined;
  readonly state: DeliveryState | undefined;
  /** Older ones than this. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Attempts shown of a delivery, the latest ones. */
export const ATTEMPTS_SHOWN = 20;

export interface DeliveryLog {
  /** The latest first. */
  list(page: DeliveryPage): Promise<readonly Delivery[]>;
  find(accountId: number, deliveryId: string): Promise<Delivery | undefined>;
  /** Makes one that failed or waits due now, with so many attempts more; false: it is neither. */
  retry(accountId: number, deliveryId: string, at: EpochMs, attempts: number): Promise<boolean>;
}

export const DELIVERIES = Symbol('Deliveries');

/** What was sent to whom, and what came of it. */
export class Deliveries {
  constructor(
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
    private readonly wake: () => void,
  ) {}

  list(page: DeliveryPage): Promise<readonly Delivery[]> {
    return this.log.list(page);
  }

  /**
   * Tries one now that failed or waits for its next attempt, under the same id. Fails with `notification.delivery_not_found`,
   * `notification.delivery_not_retryable`.
   */
  async retry(accountId: number, deliveryId: string): Promise<Outcome<Delivery>> {
    const retried = await this.log.retry(accountId, deliveryId, this.clock.now(), ATTEMPTS_MAX);
    const delivery = await this.log.find(accountId, deliveryId);
    if (!delivery) {
      const detail = `There is no delivery ${deliveryId}.`;
      return fail({ kind: 'not_found', code: 'notification.delivery_not_found', detail });
    }
    if (!retried) {
      const why = delivery.state === 'waiting' ? 'is being sent at this moment' : `is ${delivery.state}`;
      const detail = `The delivery ${why}: only one that failed or waits can be tried again.`;
      return fail({ kind: 'conflict', code: 'notification.delivery_not_retryable', detail });
    }
    this.wake();
    return succeed(delivery);
  }
}
