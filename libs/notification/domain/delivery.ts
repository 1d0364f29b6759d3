import type { EpochMs } from '#calendar';
import type { ChannelKind } from './channel.js';
import type { Notification } from './notification.js';

/** `waiting` also between attempts; `failed` after the last; `cancelled`: its channel is not there or not on any more. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'failed', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** `interrupted`: whoever made it died before it could say what came of it, so the message may have arrived. */
export const ATTEMPT_OUTCOMES = ['sending', 'delivered', 'failed', 'interrupted'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export interface Attempt {
  readonly attempt: number;
  readonly at: EpochMs;
  readonly outcome: AttemptOutcome;
  readonly httpStatus: number | null;
  /** What went wrong, or of a message that arrived, for whom it did not. */
  readonly error: string | null;
  readonly durationMs: number | null;
}

/** One notification on its way to one channel. */
export interface Delivery {
  /** The same on each attempt; a webhook's receiver sees it as `webhook-id`. */
  readonly deliveryId: string;
  readonly channel: string;
  readonly kind: ChannelKind;
  readonly state: DeliveryState;
  readonly notification: Pick<Notification, 'topic' | 'team' | 'title' | 'occurredAt'> & {
    readonly notificationId: string;
  };
  readonly createdAt: EpochMs;
  /** When it is tried next; null unless it waits. */
  readonly dueAt: EpochMs | null;
  readonly finishedAt: EpochMs | null;
  /** The latest ones, in their order. */
  readonly attempts: readonly Attempt[];
}

/** What came of sending a message. */
export type SendResult =
  | { readonly delivered: true; readonly httpStatus: number | null; readonly error: string | null }
  | {
      readonly delivered: false;
      readonly httpStatus: number | null;
      readonly error: string;
      /** The receiver wants nothing more, ever. */
      readonly gone: boolean;
      /** The receiver asked for that much patience; null: it did not say. */
      readonly retryAfterMs: number | null;
    };
