import { checkEvent } from './check-event.js';
import { nativeEvent, RULES, rawValue } from './testing.js';

const check = (more: Record<string, unknown>) => checkEvent(rawValue(nativeEvent(more)), RULES);
const tokens = (more: Record<string, unknown>) => check({ tokens: { inputUncached: 1, ...more } });

describe('checkEvent', () => {
  it('normalises an event', () => {
    const event = check({ inferenceMs: 12.3456, tags: { b: '2', a: '1' }, project: null });
    expect(event).toMatchObject({
      occurredAt: Date.UTC(2026, 10, 1, 12) * 1000 + 123_000,
      subject: { project: null, provider: null, tier: 'standard', status: 'ok' },
      tokens: [1200, 800, 0, 0, 350, 0],
      inferenceMicros: 12346,
      prefillMicros: null,
      tags: { a: '1', b: '2' },
    });
    expect(event).toMatchObject({
      identity: expect.stringMatching(/^[0-9a-f]{32}$/),
      content: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('takes any other time for the same content, and any other word for another', () => {
    const content = (more: Record<string, unknown>) => {
      const event = check(more);
      return 'identity' in event ? event.content : event.code;
    };
    const plain = content({});
    expect(content({ occurredAt: '2026-11-02T00:00:00Z' })).toBe(plain);
    expect(
      content({
        tier: 'standard',
        status: 'ok',
        project: null,
        tokens: { inputUncached: 1200, cacheRead: 800, output: 350, reasoning: 0 },
      }),
    ).toBe(plain);
    const others = [
      { reservationId: '0198e1f2-0000-7000-8000-00000000000a' },
      { team: 'a' },
      { user: 'b' },
      { tier: 'flex' },
      { tokens: { output: 350 } },
      { inferenceMs: 1 },
      { prefillMs: 1 },
      { modalities: { audio: { output: 1 } } },
      { modalities: { image: { output: 1 } } },
      { units: { webSearches: 1 } },
      { units: { fileSearches: 1 } },
      { tags: { a: '' } },
    ];
    expect(new Set([plain, ...others.map(content)]).size).toBe(others.length + 1);
  });

  it('takes what is not text out of the counts', () => {
    const event = check({
      tokens: { inputUncached: 220, cacheRead: 30, output: 60, total: 310 },
      modalities: { audio: { inputUncached: 80, output: 20 }, image: { output: 40 }, video: null },
      units: { webSearches: 2, audioSeconds: 12.5, images: 0 },
    });
    expect(event).toMatchObject({
      tokens: [140, 30, 0, 0, 0, 0],
      extras: {
        parts: [
          { modality: 'audio', tokens: [80, 0, 0, 0, 20, 0] },
          { modality: 'image', tokens: [0, 0, 0, 0, 40, 0] },
        ],
        units: [
          { unit: 'webSearches', quantity: 2 },
          { unit: 'audioSeconds', quantity: 12_500_000 },
        ],
      },
    });
  });

  it('needs no tokens where it counts something else', () => {
    const zeros = { tokens: [0, 0, 0, 0, 0, 0] };
    expect(check({ tokens: undefined, units: { audioSeconds: 3 } })).toMatchObject(zeros);
    expect(check({ tokens: {}, units: { documentPages: 3 } })).toMatchObject(zeros);
    expect(check({ tokens: undefined, units: { documentPages: 0 } })).toMatchObject({ code: 'event.field_missing' });
  });

  it('sees a key of modalities or units that is there twice', () => {
    const value = nativeEvent({ modalities: { audio: { output: 1 } }, units: { images: 1 } });
    const members = Object.keys(value).length + 3 + 2 + 1;
    const raw = { value, duplicateKey: () => '/units/images' };
    expect(checkEvent({ ...raw, members }, RULES)).toMatchObject({ id: 'req_01' });
    expect(checkEvent({ ...raw, members: members + 1 }, RULES)).toMatchObject({ code: 'event.duplicate_key' });
  });

  it.each(['ид-١٢٣-𝕏', 'שלום', '‏req', 'a'.repeat(256), '0'])('takes the id %s', (id) => {
    expect(check({ id })).toMatchObject({ id });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['negative', { output: -1 }, 'event.tokens_negative', '/tokens/output'],
    ['fractional', { output: 1.5 }, 'event.tokens_fractional', '/tokens/output'],
    ['NaN as text', { output: 'NaN' }, 'event.tokens_not_a_number', '/tokens/output'],
    ['a text', { output: '12' }, 'event.tokens_not_a_number', '/tokens/output'],
    ['1e308', { output: 1e308 }, 'event.tokens_too_large', '/tokens/output'],
    ['infinite, as 1e400 is', { output: Number.POSITIVE_INFINITY }, 'event.tokens_too_large', '/tokens/output'],
    ['above 2^53', { output: 2 ** 53 + 2 }, 'event.tokens_too_large', '/tokens/output'],
    ['above the limit', { output: 1e12 + 1 }, 'event.tokens_too_large', '/tokens/output'],
    ['less than their total', { total: 2 }, 'event.tokens_total_mismatch', '/tokens/total'],
    ['more than their total', { output: 5, total: 3 }, 'event.tokens_total_mismatch', '/tokens/total'],
    ['of an unknown class', { audio: 1 }, 'event.unknown_field', '/tokens/audio'],
  ])('refuses tokens that are %s', (_, more, code, pointer) => {
    expect(tokens(more)).toMatchObject({ code, pointer });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['no tokens', { tokens: undefined }, 'event.field_missing', '/tokens'],
    ['no count', { tokens: {} }, 'event.tokens_missing', '/tokens'],
    ['only a total', { tokens: { total: 0 } }, 'event.tokens_missing', '/tokens'],
    ['tokens as a list', { tokens: [1] }, 'event.wrong_type', '/tokens'],
    ['no source', { source: undefined }, 'event.field_missing', '/source'],
    ['a null id', { id: null }, 'event.field_missing', '/id'],
    ['an empty id', { id: '' }, 'event.text_empty', '/id'],
    ['an id of 10 kB', { id: 'x'.repeat(10_000) }, 'event.text_too_long', '/id'],
    ['an id with NUL', { id: 'a\0b' }, 'event.text_invalid', '/id'],
    ['an id with half a pair', { id: 'a\ud800b' }, 'event.text_invalid', '/id'],
    ['a control beside a pair', { id: '𝕏\u0085' }, 'event.text_invalid', '/id'],
    ['a number for an id', { id: 7 }, 'event.wrong_type', '/id'],
    ['blanks around a team', { team: ' search' }, 'event.text_invalid', '/team'],
    ['blanks beyond ASCII', { team: 'search\u00a0' }, 'event.text_invalid', '/team'],
    ['neither provider nor pool', { pool: null }, 'event.provider_or_pool_missing', ''],
    [
      'a field misspelt',
      { occurredAt: undefined, occuredAt: '2026-11-01T12:00:00Z' },
      'event.unknown_field',
      '/occuredAt',
    ],
    ['a field from another world', JSON.parse('{"__proto__":{"a":1}}'), 'event.unknown_field', '/__proto__'],
    ['the far past', { occurredAt: '1970-01-01T00:00:00Z' }, 'event.time_too_early', '/occurredAt'],
    ['the far future', { occurredAt: '9999-12-31T23:59:59Z' }, 'event.time_too_late', '/occurredAt'],
    ['no zone', { occurredAt: '2026-11-01T12:00:00' }, 'event.time_without_zone', '/occurredAt'],
    [
      'a zone by name, in a gap',
      { occurredAt: '2026-03-29T02:30:00+01:00[Europe/Zurich]' },
      'event.time_named_zone',
      '/occurredAt',
    ],
    ['local time in a gap', { occurredAt: '2026-03-29T02:30:00' }, 'event.time_without_zone', '/occurredAt'],
    ['24:00', { occurredAt: '2026-11-01T24:00:00Z' }, 'event.time_hour_24', '/occurredAt'],
    ['a leap second', { occurredAt: '2016-12-31T23:59:60Z' }, 'event.time_leap_second', '/occurredAt'],
    ['30 February', { occurredAt: '2026-02-30T12:00:00Z' }, 'event.time_no_such_date', '/occurredAt'],
    ['12:60', { occurredAt: '2026-11-01T12:60:00Z' }, 'event.time_no_such_time', '/occurredAt'],
    ['an epoch', { occurredAt: 1793534400 }, 'event.wrong_type', '/occurredAt'],
    ['no time at all', { occurredAt: 'yesterday' }, 'event.time_invalid', '/occurredAt'],
    ['negative milliseconds', { inferenceMs: -1 }, 'event.duration_negative', '/inferenceMs'],
    ['endless milliseconds', { decodeMs: 1e308 }, 'event.duration_too_long', '/decodeMs'],
    ['milliseconds as text', { prefillMs: '3' }, 'event.duration_not_a_number', '/prefillMs'],
    [
      'parts longer than the whole',
      { inferenceMs: 10, prefillMs: 6, decodeMs: 5.5 },
      'event.parts_exceed_total',
      '/inferenceMs',
    ],
    ['modalities as a list', { modalities: [] }, 'event.wrong_type', '/modalities'],
    ['a count for a modality', { modalities: { audio: 3 } }, 'event.wrong_type', '/modalities/audio'],
    ['an unknown modality', { modalities: { smell: { output: 1 } } }, 'event.unknown_field', '/modalities/smell'],
    [
      'an unknown class of a modality',
      { modalities: { audio: { total: 1 } } },
      'event.unknown_field',
      '/modalities/audio/total',
    ],
    ['a negative part', { modalities: { video: { output: -1 } } }, 'event.tokens_negative', '/modalities/video/output'],
    [
      'modalities beyond their tokens',
      { modalities: { audio: { output: 300 }, image: { output: 51 } } },
      'event.parts_exceed_total',
      '/tokens/output',
    ],
    ['an unknown unit', { units: { miles: 1 } }, 'event.unknown_field', '/units/miles'],
    ['units as text', { units: { images: '1' } }, 'event.units_not_a_number', '/units/images'],
    ['half a search', { units: { webSearches: 0.5 } }, 'event.units_fractional', '/units/webSearches'],
    ['a negative length', { units: { audioSeconds: -1 } }, 'event.units_negative', '/units/audioSeconds'],
    ['an endless length', { units: { audioSeconds: 1e308 } }, 'event.units_too_large', '/units/audioSeconds'],
    ['tags as a list', { tags: ['a'] }, 'event.wrong_type', '/tags'],
    ['a tag that is no text', { tags: { a: { b: 1 } } }, 'event.wrong_type', '/tags/a'],
    ['a tag with NUL', { tags: { a: '\0' } }, 'event.text_invalid', '/tags/a'],
    ['a tag too long', { tags: { 'a/b': 'x'.repeat(257) } }, 'event.text_too_long', '/tags/a~1b'],
    ['a key too long', { tags: { ['k'.repeat(65)]: 'x' } }, 'event.tag_key_invalid', '/tags'],
    ['an empty key', { tags: { '': 'x' } }, 'event.tag_key_invalid', '/tags'],
    ['a prototype among tags', { tags: JSON.parse('{"__proto__":"x"}') }, 'event.tag_key_invalid', '/tags/__proto__'],
    [
      'too many tags',
      { tags: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, ''])) },
      'event.too_many_tags',
      '/tags',
    ],
  ])('refuses %s', (_, more, code, pointer) => {
    expect(check(more)).toMatchObject({ code, pointer });
  });

  it.each([null, 'text', 7, [], true])('refuses %j for an event', (value) => {
    expect(checkEvent(rawValue(value), RULES)).toMatchObject({ code: 'event.not_an_object', pointer: '' });
  });

  it('allows the parts what rounding makes', () => {
    expect(check({ inferenceMs: 10, prefillMs: 5.5, decodeMs: 5.5 })).toMatchObject({ inferenceMicros: 10_000 });
  });
});
