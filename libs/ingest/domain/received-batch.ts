import { type Outcome, succeed } from '#outcome';
import type { Refusal } from './refusal.js';
import type { UsageEvent } from './usage-event.js';

/** An event refused at the door, with all that is kept of it. */
export interface RefusedEvent {
  /** Its place in the batch. */
  readonly index: number;
  readonly refusal: Refusal;
  /** As it came, byte for byte. */
  readonly raw: Uint8Array;
  /** What it calls itself, as far as that can be told and kept; null where not. */
  readonly source: string | null;
  readonly id: string | null;
}

/** What one request holds, every event of it in one of two lists. */
export interface ReceivedBatch {
  /** Accepted and refused ones together. */
  readonly count: number;
  readonly events: readonly UsageEvent[];
  /** Places in the batch, one for each of `events`; ascending. */
  readonly indexes: readonly number[];
  readonly refused: readonly RefusedEvent[];
}

/** What a wire format needs to know of the operator's settings and the time. */
export interface ReadingRules {
  /** Microseconds since 1970, both inclusive. */
  readonly earliest: number;
  readonly latest: number;
  readonly maxEvents: number;
  readonly maxDepth: number;
}

/** Reads a whole body. Fails when it cannot be taken apart into events at all; one bad event fails nothing. */
export type WireFormat = (body: Uint8Array, rules: ReadingRules) => Outcome<ReceivedBatch>;

/** Gathers a batch event by event. */
export class BatchBuilder {
  private readonly events: UsageEvent[] = [];
  private readonly indexes: number[] = [];
  private readonly refused: RefusedEvent[] = [];
  private count = 0;

  /** `value`: what could be parsed of it. */
  add(result: UsageEvent | Refusal, raw: () => Uint8Array, value: unknown): void {
    const index = this.count;
    this.count += 1;
    if ('identity' in result) {
      this.events.push(result);
      this.indexes.push(index);
    } else {
      this.refused.push({ index, refusal: kept(result), raw: raw(), ...namesOf(value) });
    }
  }

  build(): Outcome<ReceivedBatch> {
    const { count, events, indexes, refused } = this;
    return succeed({ count, events, indexes, refused });
  }
}

/** What a refused event is called, for whoever looks for it in the quarantine. */
function namesOf(value: unknown): Pick<RefusedEvent, 'source' | 'id'> {
  const record = typeof value === 'object' && value !== null ? value : {};
  return {
    source: 'source' in record ? keptText(record.source) : null,
    id: 'id' in record ? keptText(record.id) : null,
  };
}

const NAME_KEPT = 256;

function keptText(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > NAME_KEPT) return null;
  return /[\p{Cs}\0]/u.test(value) ? null : value;
}

/** Characters of a pointer that are kept: it may hold a key of whoever sent it, of any length and of any characters. */
const POINTER_KEPT = 1024;

function kept(refusal: Refusal): Refusal {
  return { ...refusal, pointer: refusal.pointer.slice(0, POINTER_KEPT).replace(/[\p{Cs}\0]/gu, '\ufffd') };
}
