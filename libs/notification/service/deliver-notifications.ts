import type { Clock } from '#calendar';
import { succeed } from '#outcome';
import { ATTEMPTS_MAX, retryDelayMs, type SendResult } from '../domain/index.js';
import type { ChannelStore } from './channel-store.js';
import type { ClaimedDelivery, DeliveryEnd, DeliveryWorkStore } from './delivery-work-store.js';
import type { Sender } from './sender.js';

/** Notifications of one transaction. */
const FAN_OUT = 100;

/** What came of an attempt. */
export interface MadeAttempt {
  readonly result: SendResult;
  readonly durationMs: number;
}

/** Gives notifications out to channels and makes attempts to deliver them. */
export class DeliverNotifications {
  constructor(
    private readonly store: DeliveryWorkStore,
    private readonly channels: Pick<ChannelStore, 'change'>,
    private readonly sender: Sender,
    private readonly clock: Clock,
    /** From 0 to 1. */
    private readonly chance: () => number,
  ) {}

  /** Makes deliveries of the oldest that was told, and cancels those whose channel is gone. Gives whether more was told. */
  async prepare(): Promise<boolean> {
    const told = await this.store.fanOut(this.clock.now(), FAN_OUT);
    await this.store.cancelOrphans(this.clock.now());
    return told === FAN_OUT;
  }

  claim(): Promise<ClaimedDelivery | undefined> {
    return this.store.claim(this.clock.now());
  }

  /**
   * Makes the attempt and writes down what came of it. Throws only when that cannot be written: the lease runs out then, and the
   * message is sent once more under the same id.
   */
  async attempt(claim: ClaimedDelivery): Promise<MadeAttempt> {
    const startedAt = performance.now();
    const result = await this.sender.send(claim.target, claim.message);
    const durationMs = Math.round(performance.now() - startedAt);
    await this.store.settle(claim, result, durationMs, this.endOf(claim, result));
    if (!result.delivered && result.gone) await this.disable(claim);
    return { result, durationMs };
  }

  private endOf({ attempt, attemptsMax }: ClaimedDelivery, result: SendResult): DeliveryEnd {
    const now = this.clock.now();
    if (result.delivered) return { state: 'delivered', finishedAt: now };
    if (result.gone || attempt >= attemptsMax) return { state: 'failed', finishedAt: now };
    // After a retry by hand the schedule begins anew.
    const inRow = Math.max(1, attempt - (attemptsMax - ATTEMPTS_MAX));
    return { state: 'waiting', dueAt: now + retryDelayMs(inRow, this.chance(), result.retryAfterMs) };
  }

  /** Unless somebody changed the channel meanwhile: it may point elsewhere now. */
  private async disable({ accountId, channel, channelVersion }: ClaimedDelivery): Promise<void> {
    const author = { accountId, recordedAt: this.clock.now(), recordedBy: null };
    await this.channels.change(author, channel, (now) => {
      if (now.version !== channelVersion || !now.enabled) return succeed(undefined);
      const { topics, teams, recipients } = now;
      return succeed({ topics, teams, recipients, enabled: false, reason: 'the receiver answered 410 Gone' });
    });
  }
}
