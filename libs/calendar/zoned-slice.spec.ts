import fc from 'fast-check';
import { sliceAt } from './zoned-slice.js';

const HOUR = 3_600_000;
const zones = fc.constantFrom('UTC', 'Europe/Zurich', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe');
const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });

describe('sliceAt', () => {
  it('gives hours and days of the zone', () => {
    const at = Date.UTC(2026, 9, 1, 10, 5);
    expect(sliceAt(at, 'hour', 'UTC')).toEqual({ start: Date.UTC(2026, 9, 1, 10), end: Date.UTC(2026, 9, 1, 11) });
    expect(sliceAt(at, 'hour', 'Asia/Kolkata').start).toBe(Date.UTC(2026, 9, 1, 9, 30));
    expect(sliceAt(at, 'day', 'Asia/Kathmandu').start).toBe(Date.UTC(2026, 8, 30, 18, 15));
  });

  it('knows days of 23 and of 25 hours, and the hour that a clock shows twice', () => {
    const lengthOf = ({ start, end }: ReturnType<typeof sliceAt>) => (end - start) / HOUR;
    expect(lengthOf(sliceAt(Date.UTC(2026, 2, 29, 12), 'day', 'Europe/Zurich'))).toBe(23);
    expect(lengthOf(sliceAt(Date.UTC(2026, 9, 25, 12), 'day', 'Europe/Zurich'))).toBe(25);
    const [first, second] = [0, 1].map((hour) => sliceAt(Date.UTC(2026, 9, 25, hour, 30), 'hour', 'Europe/Zurich'));
    expect(first).toEqual({ start: Date.UTC(2026, 9, 25, 0), end: Date.UTC(2026, 9, 25, 1) });
    expect(second).toEqual({ start: Date.UTC(2026, 9, 25, 1), end: Date.UTC(2026, 9, 25, 2) });
  });

  it('ends an hour where a clock goes back into it, and begins it anew', () => {
    const back = Date.UTC(2026, 3, 4, 15);
    const hourAt = (at: number) => sliceAt(at, 'hour', 'Australia/Lord_Howe');
    expect(hourAt(back - 1)).toEqual({ start: back - HOUR, end: back });
    expect(hourAt(back)).toEqual({ start: back, end: back + HOUR / 2 });
  });

  it('holds the instant, and all in it are of the same slice', () => {
    fc.assert(
      fc.property(zones, instants, fc.constantFrom('hour', 'day'), (zone, at, unit) => {
        const slice = sliceAt(at, unit, zone);
        expect(slice.start).toBeLessThanOrEqual(at);
        expect(slice.end).toBeGreaterThan(at);
        expect(sliceAt(slice.end - 1, unit, zone)).toEqual(slice);
        expect(sliceAt(slice.end, unit, zone).start).toBe(slice.end);
      }),
    );
  });
});
