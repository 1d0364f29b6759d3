import { durationMs } from './duration.js';

describe('durationMs', () => {
  it.each([
    ['300ms', 300],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
  ])('%s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['', '1', 'h', '1.5h', '-1h', '1w', '1h30m'])('%j is none', (text) => {
    expect(() => durationMs(text)).toThrow('It must be a length');
  });
});
