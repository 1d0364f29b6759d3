import type { EventCode } from './refusal.js';

/** What became of one event of a batch. */
export type EventOutcome = { readonly index: number; readonly outcome: 'accepted' | 'duplicate' } | RejectedOutcome;

export interface RejectedOutcome {
  readonly index: number;
  readonly outcome: 'rejected';
  readonly code: EventCode;
  readonly pointer: string;
  readonly detail: string;
  /** Where it is kept. */
  readonly quarantineId: string;
}

/** What became of a batch so far: its events are known one by one when it is done. */
export interface BatchStatus {
  readonly state: 'pending' | 'done';
  readonly received: number;
  /** Counted for the first time; while pending: taken in. */
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** While pending those refused at the door alone; then every event. Ascending by index. */
  readonly events: readonly EventOutcome[];
}

/** Puts a batch's outcomes together from those of its events that are not plainly accepted. */
export function batchStatus(count: number, done: boolean, exceptions: readonly EventOutcome[]): BatchStatus {
  const byIndex = new Map(exceptions.map((outcome) => [outcome.index, outcome]));
  const rejected = exceptions.filter(({ outcome }) => outcome === 'rejected').length;
  const duplicates = exceptions.filter(({ outcome }) => outcome === 'duplicate').length;
  const events: EventOutcome[] = [];
  for (let index = 0; index < count; index += 1) {
    const exception = byIndex.get(index);
    if (exception) events.push(exception);
    else if (done) events.push({ index, outcome: 'accepted' });
  }
  const accepted = count - rejected - duplicates;
  return { state: done ? 'done' : 'pending', received: count, accepted, duplicates, rejected, events };
}
