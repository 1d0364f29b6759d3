import { daysBefore, type FxRate, fxRateAt } from './fx-rate.js';

const rate = (day: string, rest: Partial<FxRate> = {}): FxRate => ({
  fxRateId: '1',
  from: 'EUR',
  to: 'USD',
  day,
  version: 1,
  rate: 1_080_000_000_000n,
  source: 'ECB',
  ...rest,
});

describe('the rate of a day', () => {
  const rates = [rate('2026-09-01'), rate('2026-09-04'), rate('2026-09-03'), rate('2026-09-05', { from: 'GBP' })];
  const at = (day: string) => fxRateAt(rates, 'EUR', 'USD', day)?.day;

  it('is its own, else the latest of the seven days before', () => {
    expect([at('2026-09-01'), at('2026-09-02'), at('2026-09-03'), at('2026-09-06')]).toEqual([
      '2026-09-01',
      '2026-09-01',
      '2026-09-03',
      '2026-09-04',
    ]);
    expect(at('2026-09-11')).toBe('2026-09-04');
  });

  it('is none after that, before the first, or of other currencies', () => {
    expect([at('2026-09-12'), at('2026-08-31')]).toEqual([undefined, undefined]);
    expect(fxRateAt(rates, 'USD', 'EUR', '2026-09-04')).toBeUndefined();
  });

  it('counts days over the ends of months and years', () => {
    expect([daysBefore('2026-01-03', 7), daysBefore('2024-03-01', 1)]).toEqual(['2025-12-27', '2024-02-29']);
  });
});
