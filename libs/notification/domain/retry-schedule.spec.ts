import fc from 'fast-check';
import { ATTEMPTS_MAX, parseRetryAfter, retryDelayMs } from './retry-schedule.js';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 12);

describe('the schedule of attempts', () => {
  it('takes ten attempts over about a day', () => {
    const delays = Array.from({ length: ATTEMPTS_MAX - 1 }, (_, i) => retryDelayMs(i + 1, 0.5, null));
    expect(delays.slice(0, 4)).toEqual([30_000, 75_000, 187_500, 468_750]);
    const whole = delays.reduce((sum, delay) => sum + delay, 0);
    expect(whole).toBeGreaterThan(20 * HOUR_MS);
    expect(whole).toBeLessThan(24 * HOUR_MS);
  });

  it('never waits less than the time before, whatever chance says, and stays within a fifth of the schedule', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, one, other) => {
          const middle = retryDelayMs(n, 0.5, null);
          const delay = retryDelayMs(n, one, null);
          expect(Math.abs(delay - middle)).toBeLessThanOrEqual(middle / 5 + 1);
          expect(retryDelayMs(n + 1, other, null)).toBeGreaterThan(delay);
        },
      ),
    );
  });

  it('gives a receiver the patience that it asks for, up to a day', () => {
    expect(retryDelayMs(1, 0.5, 600_000)).toBe(600_000);
    expect(retryDelayMs(5, 0.5, 1_000)).toBe(retryDelayMs(5, 0.5, null));
    expect(retryDelayMs(1, 0.5, 400 * HOUR_MS)).toBe(24 * HOUR_MS);
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 20 Nov 2026 12:01:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-1', null],
    ['1.5', null],
    ['2026-11-20', null],
    [undefined, null],
  ])('%j means %s ms', (header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected);
  });
});
