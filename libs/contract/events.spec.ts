import fc from 'fast-check';
import { checkEvent } from '#ingest/domain';
import { usageEventWire } from './events.js';

const BOUNDS = { earliest: 0, latest: 4e15 };

const base: Record<string, unknown> = {
  source: 'gateway-eu',
  id: 'req_01',
  occurredAt: '2026-11-01T12:00:00.123Z',
  team: 'search',
  project: 'ranker',
  provider: 'self-hosted',
  model: 'llama-3.3-70b',
  pool: 'h100-east',
  tokens: { inputUncached: 1200, cacheRead: 800, output: 350 },
  inferenceMs: 2140,
  prefillMs: 310,
  decodeMs: 1830,
  tags: { feature: 'autocomplete' },
};

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    ' ',
    'a',
    ' a',
    'a ',
    'a\u00a0',
    '\0',
    '\ud800',
    'é𝕏',
    0,
    -1,
    1.5,
    1e12,
    1e12 + 1,
    1e308,
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(255),
    'x'.repeat(256),
    'x'.repeat(257),
    '0198e1f2-0000-7000-8000-00000000000A',
    '0198e1f2000070008000-00000000000a',
    [],
    {},
    true,
    { a: '1' },
    { '': 'x' },
    { ' a': 'x' },
    { a: 1 },
  ),
  fc.constantFrom<unknown>(
    { output: 1, total: 1 },
    { output: 1, total: 2 },
    { total: 0 },
    { output: null },
    { audio: 1 },
    { audio: { output: 1 } },
    { audio: { inputUncached: 700 }, image: { inputUncached: 501 } },
    { audio: { total: 1 }, text: null },
    { image: null, video: {} },
    { webSearches: 1 },
    { webSearches: 0, audioSeconds: 12.5 },
    { audioSeconds: 1e-7 },
    { images: 1.5 },
    { images: -1 },
    { documentPages: 1e9 + 1 },
    2141,
    2139.4,
    2.7e9,
  ),
  fc.constant<unknown>(Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, 'v']))),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.double({ noNaN: true }),
);
// Of a tag called __proto__ zod sees nothing; that it is refused is a test of the check alone.
const field = fc.constantFrom(
  ...['source', 'id', 'team', 'project', 'apiKey', 'user', 'provider', 'model', 'pool', 'region', 'tier', 'status'],
  ...['tokens', 'inferenceMs', 'prefillMs', 'decodeMs', 'tags', 'cost', '__proto__'],
  ...['modalities', 'units', 'reservationId'],
);
const count = fc.constantFrom(
  'inputUncached',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'reasoning',
  'total',
  'audio',
);

/** As JSON would have it: an own property, whatever its name. */
function put(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

describe('the published schema of an event', () => {
  it('takes exactly the events that the check on the way in takes', () => {
    const changes = fc.array(fc.tuple(field, odd), { maxLength: 2 });
    const counts = fc.array(fc.tuple(count, odd), { maxLength: 2 });
    fc.assert(
      fc.property(changes, counts, (fields, classes) => {
        const tokens = { inputUncached: 1 };
        for (const [key, value] of classes) put(tokens, key, value);
        const event: Record<string, unknown> = { ...base, ...(classes.length > 0 ? { tokens } : {}) };
        for (const [key, value] of fields) put(event, key, value);
        // What has no JSON is never received.
        const value: unknown = JSON.parse(JSON.stringify(event));
        const checked = checkEvent({ value, members: undefined, duplicateKey: () => undefined }, BOUNDS);
        expect([value, 'identity' in checked]).toEqual([value, usageEventWire.safeParse(value).success]);
      }),
      { numRuns: 5000 },
    );
  });
});
