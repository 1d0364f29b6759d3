import fc from 'fast-check';
import { parseInstant } from '#calendar';
import { parseEventTime } from './event-time.js';

describe('parseEventTime', () => {
  const instants = fc.date({
    min: new Date('2015-01-01T00:00:00Z'),
    max: new Date('2040-01-01T00:00:00Z'),
    noInvalidDate: true,
  });

  it('reads plain UTC as the calendar does, to the microsecond', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 6 }), fc.nat(999_999), (date, digits, micros) => {
        const fraction = digits === 0 ? '' : `.${String(micros).padStart(6, '0').slice(0, digits)}`;
        const text = `${date.toISOString().slice(0, 19)}${fraction}Z`;
        expect(parseEventTime(text, '')).toBe(parseInstant(text));
      }),
    );
  });

  it('agrees with the calendar on what is nearly a time', () => {
    fc.assert(
      fc.property(instants, fc.nat(26), fc.constantFrom(...Array.from('0123456789:.TZ+- ')), (date, at, unit) => {
        const text = date.toISOString();
        const changed = text.slice(0, at) + unit + text.slice(at + 1);
        const [ours, theirs] = [parseEventTime(changed, ''), parseInstant(changed)];
        expect([changed, typeof ours === 'number' ? ours : ours.detail]).toEqual([
          changed,
          typeof theirs === 'number' ? theirs : theirs.detail,
        ]);
      }),
      { numRuns: 3000 },
    );
  });
});
