import type { LineEventsWire } from '#contract';
import { renderLineEvents } from './line-events.js';

const counts = (requests: string, quantity: string) => ({ requests, quantity });
const listed: LineEventsWire = {
  ...{ lineId: '2023-11.0123456789abcdef0123', period: '2023-11', state: 'closed', usagePeriod: '2023-11' },
  ...{ unit: 'instance_seconds', reason: 'not_usage', differs: false, data: [], nextCursor: null },
  counted: counts('0', '0'),
  now: counts('0', '0'),
};

describe('the events behind a line, for people', () => {
  it('says why there are none', () => {
    expect(renderLineEvents(listed)).toBe(
      '2023-11.0123456789abcdef0123 (closed): 0 instance seconds, 0 requests, used in 2023-11\n\n' +
        'It has no events: it is of capacity that nobody used, shared cost or an adjustment.\n',
    );
  });

  it('says what they come to now where that is something else', () => {
    const later = { ...listed, reason: null, differs: true, unit: 'tokens', now: counts('2', '12345') };
    expect(renderLineEvents(later)).toContain('Its events now come to 12,345 tokens, 2 requests.\n');
  });
});
