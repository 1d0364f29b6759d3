import { type OverrideSpan, resolveSpan } from './quota-override.js';
import type { QuotaWindowSpec } from './window.js';

const NOW = Date.parse('2026-03-28T12:00Z');
const zurich: QuotaWindowSpec = {
  ...{ kind: 'calendar', unit: 'day', timeZone: 'Europe/Zurich', weekStart: 1, anchorDay: 1 },
} as const;
const span = (given: Partial<OverrideSpan>): OverrideSpan => ({
  ...{ from: undefined, windows: undefined, until: undefined },
  ...given,
});
const resolve = (spec: QuotaWindowSpec, given: Partial<OverrideSpan>) => {
  const interval = resolveSpan(spec, span(given), NOW);
  return interval && [interval.from, interval.until].map((at) => new Date(at).toISOString().slice(0, 16));
};

describe('the windows a limit is changed for', () => {
  it('are so many from the one that is running, whatever clocks do', () => {
    expect(resolve(zurich, { windows: 1 })).toEqual(['2026-03-27T23:00', '2026-03-28T23:00']);
    expect(resolve(zurich, { windows: 3 })).toEqual(['2026-03-27T23:00', '2026-03-30T22:00']);
    expect(resolve({ ...zurich, unit: 'month', anchorDay: 31 }, { windows: 2 })).toEqual([
      '2026-02-27T23:00',
      '2026-04-29T22:00',
    ]);
  });

  it('are those that begin before an instant', () => {
    const until = Date.parse('2026-04-02T08:00Z');
    expect(resolve(zurich, { until })).toEqual(['2026-03-27T23:00', '2026-04-02T08:00']);
    expect(resolve(zurich, { until: Date.parse('2026-03-27T22:00Z') })).toBeUndefined();
  });

  it('are from an instant on those that begin then or later', () => {
    const noon = Date.parse('2026-04-02T12:00Z');
    expect(resolve(zurich, { from: noon, windows: 2 })).toEqual(['2026-04-02T22:00', '2026-04-04T22:00']);
    const midnight = Date.parse('2026-04-02T22:00Z');
    expect(resolve(zurich, { from: midnight, windows: 1 })).toEqual(['2026-04-02T22:00', '2026-04-03T22:00']);
    expect(resolve(zurich, { from: noon, until: noon + 1 })).toBeUndefined();
  });

  it('of a rolling window are so many times its length', () => {
    expect(resolve({ kind: 'rolling', lengthMs: 3_600_000 }, { windows: 2 })).toEqual([
      '2026-03-28T12:00',
      '2026-03-28T14:00',
    ]);
  });

  it('of a total is the one that it has, until it is over', () => {
    const total: QuotaWindowSpec = { kind: 'total', from: NOW - 1000, until: NOW + 60_000 };
    expect(resolveSpan(total, span({ windows: 1 }), NOW)).toEqual({ from: NOW - 1000, until: NOW + 60_000 });
    expect(resolveSpan(total, span({ windows: 2 }), NOW)).toBeUndefined();
    expect(resolveSpan(total, span({ from: NOW, windows: 1 }), NOW)).toBeUndefined();
    expect(resolveSpan(total, span({ windows: 1 }), NOW + 60_000)).toBeUndefined();
  });

  it('of what is under way is all time until an instant, for it has none', () => {
    expect(resolveSpan({ kind: 'now' }, span({ windows: 1 }), NOW)).toBeUndefined();
    expect(resolveSpan({ kind: 'now' }, span({ until: NOW + 5 }), NOW)).toEqual({ from: NOW, until: NOW + 5 });
    expect(resolveSpan({ kind: 'now' }, span({ from: NOW + 2, until: NOW + 5 }), NOW)).toEqual({
      from: NOW + 2,
      until: NOW + 5,
    });
  });
});
