import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { EARLIEST_INSTANT, formatInstant, LATEST_INSTANT, parseExactInstant, parseInstant } from './instant.js';

const micros = (iso: string): number => Number(Temporal.Instant.from(iso).epochNanoseconds / 1000n);
const two = (n: number): string => String(n).padStart(2, '0');

describe('parseInstant', () => {
  it.each([
    '2026-11-01T12:00:00.123Z',
    '2026-11-01T12:00:00Z',
    '2026-11-01T12:00Z',
    '2026-11-01t12:00:00z',
    '2023-11-16 18:17:03.9799600Z',
    '2026-11-01T12:00:00.000001Z',
    '2026-11-01T00:30:00+05:45',
    '2026-11-01T00:30:00-0330',
    '2026-11-01T12:00:00 +00:00',
    '2026-12-31T23:59:59.999999+14:00',
    '2024-02-29T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('reads %s', (text) => {
    expect(parseInstant(text)).toBe(micros(text.replace(' +', '+').replace('-0330', '-03:30')));
  });

  it('agrees with an independent reader on any instant and offset', () => {
    const instants = fc.record({
      ms: fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2200, 0) }),
      digits: fc.integer({ min: 0, max: 999 }),
      offset: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    });
    fc.assert(
      fc.property(instants, ({ ms, digits, offset }) => {
        const size = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        const text = `${new Date(ms).toISOString().slice(0, -1)}${String(digits).padStart(3, '0')}${zone}`;
        expect(parseInstant(text)).toBe(micros(text));
      }),
    );
  });

  it('cuts digits beyond microseconds, so that no event moves into the next charge period', () => {
    expect(parseInstant('2026-11-01T11:59:59.9999999Z')).toBe(micros('2026-11-01T11:59:59.999999Z'));
  });

  it.each([
    ['no_zone', '2026-11-01T12:00:00'],
    ['no_zone', '2026-03-29T02:30:00'],
    ['named_zone', '2026-11-01T12:00:00+01:00[Europe/Zurich]'],
    ['named_zone', '2026-11-01T12:00:00[UTC]'],
    ['hour_24', '2026-11-01T24:00:00Z'],
    ['leap_second', '2016-12-31T23:59:60Z'],
    ['no_such_date', '2026-02-30T00:00:00Z'],
    ['no_such_date', '2025-02-29T00:00:00Z'],
    ['no_such_date', '2026-13-01T00:00:00Z'],
    ['no_such_date', '2026-00-10T00:00:00Z'],
    ['no_such_date', '2026-04-00T00:00:00Z'],
    ['no_such_time', '2026-11-01T25:00:00Z'],
    ['no_such_time', '2026-11-01T12:60:00Z'],
    ['no_such_time', '2026-11-01T12:00:61Z'],
    ['no_such_time', '2026-11-01T12:00:00+16:00'],
    ['no_such_time', '2026-11-01T12:00:00+02:60'],
    ['out_of_range', '0000-01-01T00:00:00Z'],
    ['out_of_range', '0000-12-31T23:59:59.999Z'],
    ['out_of_range', '0001-01-01T00:00:00+00:01'],
    ['out_of_range', '9999-12-31T23:59:59-15:00'],
    ['not_a_time', ''],
    ['not_a_time', '2026-11-01'],
    ['not_a_time', '1793534400'],
    ['not_a_time', '12:00:00Z'],
    ['not_a_time', '01/11/2026 12:00:00Z'],
    ['not_a_time', '2026-11-01T12Z'],
    ['not_a_time', '2026-11-01T12:00:00.Z'],
    ['not_a_time', '2026-11-01T12:00:00.1234567890123Z'],
    ['not_a_time', '2026-W44-7T12:00:00Z'],
    ['not_a_time', '+012026-11-01T12:00:00Z'],
    ['not_a_time', '2026-11-01T12:00:00+2'],
    ['not_a_time', '2026-11-01T12:00:00UTC'],
    ['not_a_time', '２０２６-11-01T12:00:00Z'],
    ['not_a_time', '2026-11-01T12:00:00Z\n'],
    ['not_a_time', '2026-11-01T12:00:00Z; drop table usage_event'],
  ])('says %s of %j', (code, text) => {
    expect(parseInstant(text)).toEqual({ code, detail: expect.stringMatching(/^(is|has|names) /) });
  });
});

describe('parseExactInstant', () => {
  it.each([
    ['0001-01-01T00:00:00Z', EARLIEST_INSTANT, 0],
    ['9999-12-31T23:59:59.999Z', LATEST_INSTANT, 0],
    ['9999-12-31T23:59:59.999999Z', LATEST_INSTANT, 999],
    ['2255-06-05T23:47:34.740001Z', Date.UTC(2255, 5, 5, 23, 47, 34, 740), 1],
    ['1969-12-31T23:59:59.999001Z', -1, 1],
  ])('is exact in any year: %s', (text, ms, micros) => {
    expect(parseExactInstant(text)).toEqual({ ms, micros });
  });
});

describe('formatInstant', () => {
  it('writes milliseconds only where there are any, and is read back', () => {
    expect(formatInstant(Date.UTC(2026, 10, 1, 12))).toBe('2026-11-01T12:00:00Z');
    expect(formatInstant(Date.UTC(2026, 10, 1, 12, 0, 0, 120))).toBe('2026-11-01T12:00:00.120Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11) }), (ms) => {
        expect(parseInstant(formatInstant(ms))).toBe(ms * 1000);
      }),
    );
  });
});
