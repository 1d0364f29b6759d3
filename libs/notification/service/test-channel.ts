import type { Clock } from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import { type Message, TEST_TOPIC } from '../domain/index.js';
import { notFound } from './channels.js';
import type { DeliverNotifications, MadeAttempt } from './deliver-notifications.js';
import type { DeliveryWorkStore } from './delivery-work-store.js';

export const TEST_CHANNEL = Symbol('TestChannel');

/** Tests of one process at a time: each holds a request until the receiver has answered. */
const TESTS_MAX = 8;

export interface TestedChannel extends MadeAttempt {
  readonly deliveryId: string;
}

/** The test button: sends at once, and is in the delivery log like all else. */
export class TestChannel {
  private underWay = 0;

  constructor(
    private readonly store: Pick<DeliveryWorkStore, 'claimTest'>,
    private readonly deliver: Pick<DeliverNotifications, 'attempt'>,
    private readonly newId: () => string,
    private readonly clock: Clock,
  ) {}

  /** One attempt, to a channel that is not on too. Fails with `notification.channel_not_found`, `notification.too_many_tests`. */
  async run(accountId: number, channel: string): Promise<Outcome<TestedChannel>> {
    if (this.underWay >= TESTS_MAX) return fail(TOO_MANY);
    this.underWay += 1;
    try {
      const at = this.clock.now();
      const claim = await this.store.claimTest({ accountId, channel, message: this.message(channel, at), at });
      if (!claim) return fail(notFound(channel));
      return succeed({ ...(await this.deliver.attempt(claim)), deliveryId: claim.deliveryId });
    } finally {
      this.underWay -= 1;
    }
  }

  private message(channel: string, occurredAt: number): Message {
    return {
      deliveryId: this.newId(),
      notificationId: this.newId(),
      topic: TEST_TOPIC,
      team: null,
      title: 'A test of Apportion',
      text: `If you read this, the channel ${JSON.stringify(channel)} works.`,
      payload: { channel },
      occurredAt,
    };
  }
}

const TOO_MANY: Failure = {
  kind: 'busy',
  code: 'notification.too_many_tests',
  detail: `${TESTS_MAX} tests are under way in this process.`,
  retryAfterSeconds: 5,
};
