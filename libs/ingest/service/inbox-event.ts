import type { ReceivedEvent } from './event-sink.js';
import type { ClaimedRow } from './flush-store.js';

/** An event on its way through a flush. */
export interface InboxEvent extends ReceivedEvent {
  readonly row: ClaimedRow;
  /** Its place in the row. */
  readonly index: number;
}
