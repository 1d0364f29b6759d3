import type { FlushSession, ReceivedEvent } from '#ingest';

/** Events that have just been stored, and the numbers of what they are counted under. */
export interface TappedEvents {
  readonly accountId: number;
  readonly events: readonly ReceivedEvent[];
  /** By the event's place. */
  readonly dimensionIds: readonly number[];
  /** By the event's place, where it counts more than text: the dimension of each of its parts. */
  readonly partIds: ReadonlyMap<number, readonly number[]>;
}

/** Writes down what else is to be made of new events, in the very transaction that lets them in. */
export type UsageTap = (session: FlushSession, stored: TappedEvents) => Promise<void>;

/** Where later stages put in their taps when they start. */
export class UsageTaps {
  private readonly taps: UsageTap[] = [];

  add(tap: UsageTap): void {
    this.taps.push(tap);
  }

  async run(session: FlushSession, stored: TappedEvents): Promise<void> {
    for (const tap of this.taps) await tap(session, stored);
  }
}

export const USAGE_TAPS = Symbol('UsageTaps');
