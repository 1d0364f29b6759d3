import type { EpochMicros } from '#calendar';
import { EVENT_LIMITS } from './event-limits.js';
import { parseEventTime } from './event-time.js';
import { type EventCode, pointerStep, type Refusal, refuse } from './refusal.js';
import { looseTextFault, textFault } from './text-fault.js';

/** Instants between which an event may have happened. */
export interface TimeBounds {
  /** Inclusive. */
  readonly earliest: EpochMicros;
  /** Inclusive. */
  readonly latest: EpochMicros;
}

/**
 * Reads the fields of one event, counts those that are there and remembers the first that is wrong. What it returns for a
 * wrong field is of the right type and means nothing: whoever reads an event looks at `fault` before using any of it.
 */
export class FieldReader {
  fault: Refusal | undefined;
  /** Fields seen, null ones among them. Less than the sender wrote: there is one we do not know, or one twice. */
  members = 0;

  text(value: unknown, pointer: string, maxLength: number): string {
    if (value === undefined || value === null) {
      if (value === null) this.members += 1;
      this.refuse('event.field_missing', pointer, 'is required');
      return '';
    }
    return this.optionalText(value, pointer, maxLength) ?? '';
  }

  optionalText(value: unknown, pointer: string, maxLength: number): string | null {
    if (value === undefined) return null;
    this.members += 1;
    if (value === null) return null;
    if (typeof value !== 'string') {
      this.refuse('event.wrong_type', pointer, `must be a string, is ${typeName(value)}`);
      return null;
    }
    this.fault ??= textFault(value, pointer, maxLength);
    return value;
  }

  instant(value: unknown, pointer: string, { earliest, latest }: TimeBounds): EpochMicros {
    const text = this.text(value, pointer, 64);
    if (this.fault) return 0;
    const at = parseEventTime(text, pointer);
    if (typeof at !== 'number') this.fault = at;
    else if (at < earliest) this.refuse('event.time_too_early', pointer, `is before ${isoOf(earliest)}`);
    else if (at > latest)
      this.refuse('event.time_too_late', pointer, `is after ${isoOf(latest)}, too far in the future`);
    else return at;
    return 0;
  }

  /** Undefined when there is none. */
  tokens(value: unknown, pointer: string): number | undefined {
    if (value === undefined) return undefined;
    this.members += 1;
    if (value === null) return undefined;
    if (typeof value !== 'number') {
      this.refuse('event.tokens_not_a_number', pointer, `must be a number, is ${typeName(value)}`);
    } else if (value < 0) {
      this.refuse('event.tokens_negative', pointer, 'must not be negative');
    } else if (value > EVENT_LIMITS.tokens) {
      this.refuse('event.tokens_too_large', pointer, `must not be more than ${EVENT_LIMITS.tokens}`);
    } else if (!Number.isInteger(value)) {
      this.refuse('event.tokens_fractional', pointer, 'must be a whole number');
    } else {
      return value;
    }
    return undefined;
  }

  /** Milliseconds as whole microseconds, half up; null when there are none. */
  durationMicros(value: unknown, pointer: string): number | null {
    if (value === undefined) return null;
    this.members += 1;
    if (value === null) return null;
    if (typeof value !== 'number') {
      this.refuse('event.duration_not_a_number', pointer, `must be a number of milliseconds, is ${typeName(value)}`);
    } else if (value < 0) {
      this.refuse('event.duration_negative', pointer, 'must not be negative');
    } else if (value > EVENT_LIMITS.durationMs) {
      this.refuse('event.duration_too_long', pointer, `must not be more than ${EVENT_LIMITS.durationMs} ms`);
    } else {
      return Math.round(value * 1000);
    }
    return null;
  }

  /** Sorted by key; null when there are none. */
  tags(value: unknown, pointer: string): Readonly<Record<string, string>> | null {
    if (value === undefined) return null;
    this.members += 1;
    if (value === null) return null;
    if (!isRecord(value)) {
      this.refuse('event.wrong_type', pointer, `must be an object, is ${typeName(value)}`);
      return null;
    }
    const keys = Object.keys(value);
    this.members += keys.length;
    if (keys.length === 0) return null;
    if (keys.length > EVENT_LIMITS.tags) {
      this.refuse('event.too_many_tags', pointer, `must not be more than ${EVENT_LIMITS.tags}`);
      return null;
    }
    return this.sortedTags(value, keys, pointer);
  }

  refuse(code: EventCode, pointer: string, detail: string): void {
    this.fault ??= refuse(code, pointer, detail);
  }

  private sortedTags(value: Record<string, unknown>, keys: string[], pointer: string): Record<string, string> | null {
    if (keys.length > 1) keys.sort();
    const tags: Record<string, string> = {};
    for (const key of keys) {
      const fault = textFault(key, pointer, EVENT_LIMITS.tagKeyLength);
      if (fault) {
        this.refuse('event.tag_key_invalid', pointer, `has a key that ${fault.detail}`);
      } else if (key === '__proto__') {
        // To set it would set the prototype.
        this.refuse('event.tag_key_invalid', pointer + pointerStep(key), 'must not be a tag');
      } else {
        tags[key] = this.tagValue(value[key], pointer, key);
      }
    }
    return this.fault ? null : tags;
  }

  private tagValue(value: unknown, pointer: string, key: string): string {
    if (typeof value !== 'string') {
      this.refuse('event.wrong_type', pointer + pointerStep(key), `must be a string, is ${typeName(value)}`);
      return '';
    }
    // Its pointer is wanted only when it is wrong.
    if (looseTextFault(value, '', EVENT_LIMITS.tagValueLength)) {
      this.fault ??= looseTextFault(value, pointer + pointerStep(key), EVENT_LIMITS.tagValueLength);
    }
    return value;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What JSON calls it. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isoOf(at: EpochMicros): string {
  return new Date(Math.floor(at / 1000)).toISOString();
}
