import fc from 'fast-check';
import { decodeBatchId, encodeBatchId } from './batch-id.js';
import { checkEvent } from './check-event.js';
import { decodePayload, encodePayload } from './inbox-payload.js';
import { toNativeEvent } from './native-event.js';
import { nativeEvent, RULES, rawValue } from './testing.js';

const name = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...Array.from('abc-_é𝕏"\\/ש')) });
const count = fc.integer({ min: 0, max: 9e11 });
const parts = fc.record(
  {
    audio: fc.record({ inputUncached: fc.nat(500), output: fc.nat(100) }, { requiredKeys: [] }),
    image: fc.option(fc.record({ output: fc.nat(100) })),
  },
  { requiredKeys: [] },
);
const units = fc.record(
  { webSearches: fc.nat(9), audioSeconds: fc.nat(1e9).map((micros) => micros / 1e6) },
  { requiredKeys: [] },
);
const events = fc
  .record(
    {
      source: name,
      id: name,
      team: name,
      user: fc.option(name),
      pool: name,
      tokens: fc.record({ inputUncached: count.map((n) => n + 500), output: count.map((n) => n + 200) }),
      modalities: fc.option(parts),
      units: fc.option(units),
      inferenceMs: fc.option(fc.nat(1e9).map((micros) => micros / 1000)),
      tags: fc.option(fc.dictionary(name, fc.string({ unit: fc.constantFrom('x', '"', 'é') }), { maxKeys: 4 })),
    },
    { requiredKeys: ['source', 'id', 'team', 'pool', 'tokens'] },
  )
  .map((more) => {
    const event = checkEvent(rawValue(nativeEvent(more)), RULES);
    if (!('identity' in event)) throw new Error(JSON.stringify(event));
    return event;
  });

describe('the payload of an inbox row', () => {
  it('brings back what was put into it', () => {
    fc.assert(
      fc.property(fc.array(events), (list) => {
        const placed = list.map((event, i) => ({ index: i * 3, event }));
        expect(decodePayload(encodePayload(placed))).toEqual(placed);
      }),
    );
  });

  it('is of another version when an event counts more than text, which who knows only text must not drop', () => {
    const versionOf = (more: Record<string, unknown>) => {
      const event = checkEvent(rawValue(nativeEvent(more)), RULES);
      if (!('identity' in event)) throw new Error(event.detail);
      return JSON.parse(encodePayload([{ index: 0, event }])) as { version: number; rows: unknown[][] };
    };
    expect(versionOf({ units: { webSearches: 0 }, modalities: { audio: {} } })).toMatchObject({ version: 1 });
    expect(versionOf({ units: { webSearches: 1 } })).toMatchObject({ version: 2 });
    expect(versionOf({ reservationId: '0198e1f2-0000-7000-8000-00000000000a' })).toMatchObject({ version: 3 });
  });

  it('throws for what it did not write', () => {
    expect(() => decodePayload('{"version":4}')).toThrow('version 4');
    expect(() => decodePayload('[')).toThrow();
  });
});

describe('toNativeEvent', () => {
  it('says the same event again', () => {
    fc.assert(
      fc.property(events, (event) => {
        const again: unknown = JSON.parse(JSON.stringify(toNativeEvent(event)));
        expect(checkEvent(rawValue(again), RULES)).toEqual(event);
      }),
    );
  });
});

describe('the id of a batch', () => {
  it('names its place', () => {
    const place = fc.record({ inboxId: fc.uuid(), offset: fc.nat(1e6), count: fc.integer({ min: 1, max: 1e6 }) });
    fc.assert(fc.property(place, (at) => expect(decodeBatchId(encodeBatchId(at))).toEqual(at)));
  });

  it.each(['', 'x', 'A'.repeat(31), '!'.repeat(32), 'A'.repeat(32)])('is not %j', (text) => {
    expect(decodeBatchId(text)).toBeUndefined();
  });
});
