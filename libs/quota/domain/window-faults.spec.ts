import type { QuotaWindowSpec } from './window.js';
import { windowFaults } from './window-faults.js';

const month = { kind: 'calendar', unit: 'month', timeZone: 'Europe/Zurich', weekStart: 1, anchorDay: 31 } as const;
const DAY = 86_400_000;

describe('windowFaults', () => {
  it.each<QuotaWindowSpec>([
    month,
    { ...month, unit: 'week', weekStart: 7, anchorDay: 1 },
    { kind: 'rolling', lengthMs: 3000 },
    { kind: 'rolling', lengthMs: 366 * DAY },
    { kind: 'total', from: 0, until: 1 },
    { kind: 'now' },
  ])('takes %j', (spec) => {
    expect(windowFaults(spec)).toEqual([]);
  });

  it.each<[QuotaWindowSpec, string]>([
    [{ ...month, unit: 'decade' as 'year' }, 'unit'],
    [{ ...month, timeZone: 'Europe/Atlantis' }, 'timeZone'],
    [{ ...month, timeZone: '+02:00' }, 'timeZone'],
    [{ ...month, weekStart: 2 }, 'weekStart'],
    [{ ...month, unit: 'week', weekStart: 8, anchorDay: 1 }, 'weekStart'],
    [{ ...month, anchorDay: 32 }, 'anchorDay'],
    [{ ...month, anchorDay: 1.5 }, 'anchorDay'],
    [{ ...month, unit: 'day', anchorDay: 2 }, 'anchorDay'],
    [{ kind: 'rolling', lengthMs: 999 }, 'lengthMs'],
    [{ kind: 'rolling', lengthMs: 3001 }, 'lengthMs'],
    [{ kind: 'rolling', lengthMs: 367 * DAY }, 'lengthMs'],
    [{ kind: 'total', from: 5, until: 5 }, 'until'],
    [{ kind: 'total', from: Number.NaN, until: 5 }, 'until'],
  ])('refuses %j for its %s', (spec, field) => {
    expect(windowFaults(spec).map((fault) => fault.field)).toContain(field);
  });

  it('tells all that is wrong at once', () => {
    expect(windowFaults({ ...month, timeZone: 'x y', weekStart: 0, anchorDay: 0 })).toHaveLength(3);
  });
});
