import type { RawEvent } from './check-event.js';
import type { ReadingRules } from './received-batch.js';

export const RULES: ReadingRules = {
  earliest: Date.UTC(2020, 0, 1) * 1000,
  latest: Date.UTC(2027, 0, 1) * 1000,
  maxEvents: 100,
  maxDepth: 8,
};

/** A native event that nothing is wrong with. */
export function nativeEvent(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    source: 'gateway-eu',
    id: 'req_01',
    occurredAt: '2026-11-01T12:00:00.123Z',
    team: 'search',
    model: 'llama-3.3-70b',
    pool: 'h100-east',
    tokens: { inputUncached: 1200, cacheRead: 800, output: 350 },
    ...more,
  };
}

/** A value whose text is not there to be counted. */
export function rawValue(value: unknown): RawEvent {
  return { value, members: undefined, duplicateKey: () => undefined };
}

export function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}
