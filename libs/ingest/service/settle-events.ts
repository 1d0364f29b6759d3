import { type EventOutcome, type Refusal, refuse } from '../domain/index.js';
import type { EventSink } from './event-sink.js';
import type { FlushTransaction } from './flush-store.js';
import type { InboxEvent } from './inbox-event.js';

/** An event that is not new. */
export interface Exception {
  readonly from: InboxEvent;
  /** Undefined: a duplicate. */
  readonly refusal: Refusal | undefined;
}

/**
 * Stores those of one account's events that are new, all or nothing, and tells which are not: the first of an identity
 * stays, whatever came of it in this list or at any time before. Throws `UnstorableError`.
 */
export async function settleEvents(
  transaction: FlushTransaction,
  sink: EventSink,
  accountId: number,
  events: readonly InboxEvent[],
): Promise<Exception[]> {
  const { firsts, repeats } = separateRepeats(events);
  // In one order for all, or two flushes of the same events would wait for each other.
  firsts.sort((a, b) => (a.event.identity < b.event.identity ? -1 : 1));
  const write = sink.prepare(accountId, firsts);
  // Awaited below; a failure of the registration must not leave it without anybody to catch it.
  write.catch(() => undefined);
  const known = await transaction.register(
    accountId,
    firsts.map(({ event }) => event),
  );
  const exceptions = repeats.map(({ from, first }) => exceptionOf(from, first.event.content));
  if (known.length === 0) {
    await (await write)(transaction.session);
    return exceptions;
  }
  const places = new Set(known);
  const seen = firsts.filter((_, place) => places.has(place));
  const fresh = firsts.filter((_, place) => !places.has(place));
  const contents = await transaction.contents(
    accountId,
    seen.map(({ event }) => event.identity),
  );
  for (const from of seen) exceptions.push(exceptionOf(from, contents.get(from.event.identity)));
  // What was made ready was for all of them.
  await write;
  if (fresh.length > 0) await (await sink.prepare(accountId, fresh))(transaction.session);
  return exceptions;
}

/** Stores what can be stored and finds, by halving, the events that cannot. */
export async function settleDivided(
  transaction: FlushTransaction,
  sink: EventSink,
  accountId: number,
  events: readonly InboxEvent[],
  isUnstorable: (error: unknown) => error is Error,
): Promise<Exception[]> {
  try {
    return await transaction.attempt(() => settleEvents(transaction, sink, accountId, events));
  } catch (error) {
    if (!isUnstorable(error)) throw error;
    const [only] = events;
    if (events.length === 1 && only) {
      return [{ from: only, refusal: refuse('event.unprocessable', '', `cannot be stored: ${error.message}`) }];
    }
  }
  const middle = events.length >> 1;
  const halves = [events.slice(0, middle), events.slice(middle)];
  const exceptions: Exception[] = [];
  for (const half of halves) {
    exceptions.push(...(await settleDivided(transaction, sink, accountId, half, isUnstorable)));
  }
  return exceptions;
}

interface Repeat {
  readonly from: InboxEvent;
  readonly first: InboxEvent;
}

function separateRepeats(events: readonly InboxEvent[]): { firsts: InboxEvent[]; repeats: Repeat[] } {
  const byIdentity = new Map<string, InboxEvent>();
  const firsts: InboxEvent[] = [];
  const repeats: Repeat[] = [];
  for (const from of events) {
    const { identity } = from.event;
    const first = byIdentity.get(identity);
    if (first) {
      repeats.push({ from, first });
    } else {
      byIdentity.set(identity, from);
      firsts.push(from);
    }
  }
  return { firsts, repeats };
}

function exceptionOf(from: InboxEvent, content: string | undefined): Exception {
  if (from.event.content === content) return { from, refusal: undefined };
  const detail = 'says something else than the event of this source and id that is counted already';
  return { from, refusal: refuse('event.conflict', '', detail) };
}

/** The outcome of an event that is not new; `quarantineId` is where a refused one is kept. */
export function outcomeOf({ from: { index }, refusal }: Exception, quarantineId: string): EventOutcome {
  return refusal ? { index, outcome: 'rejected', ...refusal, quarantineId } : { index, outcome: 'duplicate' };
}
