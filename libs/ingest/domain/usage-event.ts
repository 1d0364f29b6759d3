import type { EpochMicros } from '#calendar';
import type { EventExtras } from './event-extras.js';

/** Who and what an event is counted under, as the sender says it. */
export interface EventSubject {
  readonly team: string;
  readonly project: string | null;
  readonly apiKey: string | null;
  readonly user: string | null;
  readonly provider: string | null;
  readonly model: string;
  readonly pool: string | null;
  readonly region: string | null;
  readonly tier: string;
  readonly status: string;
}

export const DEFAULT_TIER = 'standard';
export const DEFAULT_STATUS = 'ok';

/**
 * One request, checked and normalised. Token counts are whole and at most `EVENT_LIMITS.tokens`, so they are exact as
 * numbers, alone and summed over a flush.
 */
export interface UsageEvent {
  /** 128 bits of SHA-256 over source and id, hexadecimal: an event counts once for each. */
  readonly identity: string;
  /** The same over all that the event says except its time: tells a re-send from a conflict. */
  readonly content: string;
  readonly source: string;
  readonly id: string;
  readonly occurredAt: EpochMicros;
  readonly subject: EventSubject;
  /** The canonical text of the subject: equal exactly when all its fields are. */
  readonly subjectKey: string;
  /** Of text, by token class in the order of `TOKEN_CLASSES`. */
  readonly tokens: readonly number[];
  readonly inferenceMicros: number | null;
  readonly prefillMicros: number | null;
  readonly decodeMicros: number | null;
  /** Sorted by key; null when there are none. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** Tokens that are not text, and what is counted apart from tokens; null when there are none. */
  readonly extras: EventExtras | null;
  /** The reservation that the request was admitted by, a UUID in small letters; null: it was made without one. */
  readonly reservationId: string | null;
}
