import type { EpochMs } from '#calendar';
import type { ChannelKind, DeliveryState, Message, SendResult, Target } from '../domain/index.js';

/** A delivery that one sender holds, with the attempt that it is about to make. */
export interface ClaimedDelivery {
  readonly accountId: number;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly attemptsMax: number;
  readonly channel: string;
  /** What the channel was when it was claimed. */
  readonly channelVersion: number;
  readonly target: Target;
  readonly message: Message;
}

/** What becomes of a delivery after an attempt. */
export type DeliveryEnd =
  | { readonly state: 'delivered' | 'failed'; readonly finishedAt: EpochMs }
  | { readonly state: 'waiting'; readonly dueAt: EpochMs };

export interface DeliveryLoad {
  readonly deliveries: readonly { readonly state: DeliveryState; readonly kind: ChannelKind; readonly count: number }[];
  /** Since when the oldest that could be sent has waited; null: none waits. */
  readonly oldestDueAt: EpochMs | null;
}

/** A test that somebody asked for, of a channel whatever its topics are. */
export interface NewTest {
  readonly accountId: number;
  readonly channel: string;
  readonly message: Message;
  readonly at: EpochMs;
}

export interface DeliveryWorkStore {
  /**
   * Gives each of the oldest notifications that nobody has given out yet a delivery for each channel that receives it, in one
   * transaction with marking it. Gives how many they were.
   */
  fanOut(now: EpochMs, limit: number): Promise<number>;
  /** Cancels what waits for a channel that is not there or not on any more. */
  cancelOrphans(now: EpochMs): Promise<void>;
  /**
   * Takes the delivery that is due the longest under a lease, begins an attempt of it and writes that down. A channel that is being
   * sent to is passed over: a receiver that hangs holds up nobody else. Undefined: none is due.
   */
  claim(now: EpochMs): Promise<ClaimedDelivery | undefined>;
  /** Adds a test and claims it. Undefined: there is no such channel. */
  claimTest(test: NewTest): Promise<ClaimedDelivery | undefined>;
  /** Says what came of a claim's attempt and ends the claim; does nothing when somebody else took it over. */
  settle(claim: ClaimedDelivery, result: SendResult, durationMs: number, end: DeliveryEnd): Promise<void>;
  load(now: EpochMs): Promise<DeliveryLoad>;
  /** Forgets deliveries that ended before, and then what was told; keys stay. Gives whether there may be more. */
  purge(endedBefore: EpochMs, limit: number): Promise<boolean>;
}
