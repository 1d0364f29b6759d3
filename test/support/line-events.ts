import type { LineEventsWire } from '#contract';
import { type CountedEvent, lineId, linesOf } from '#statement';
import { lineEventsToApi } from '../../apps/api/statements/line-events-wire.js';
import { type ClosingWorld, MONTHS } from './closing-world.js';

const PAGE = 2;

/** All that is wrong with a line's events, in words: what they sum to, their order, and what is said of them. */
export function faultsOfEvents(pages: readonly LineEventsWire[]): string[] {
  const [first] = pages;
  if (!first) return ['no page'];
  const events = pages.flatMap(({ data }) => data);
  const faults: string[] = [];
  for (const field of ['requests', 'quantity'] as const) {
    const sum = events.reduce((total, event) => total + scaled(event[field]), 0n);
    if (sum !== scaled(first.now[field])) faults.push(`${field}: ${sum.toString()} x 10^-12, not ${first.now[field]}`);
  }
  const isSame = first.now.requests === first.counted.requests && first.now.quantity === first.counted.quantity;
  if (first.differs === isSame) faults.push('differs');
  const names = new Set(events.map(({ source, id }) => `${source} ${id}`));
  if (names.size !== events.length) faults.push('an event twice');
  if (events.some(({ requests, quantity }) => requests === '0' && quantity === '0')) faults.push('an event of nothing');
  const times = events.map(({ occurredAt }) => occurredAt);
  if (times.some((time, i) => i > 0 && time < (times[i - 1] ?? ''))) faults.push('the order');
  if (first.reason !== null && events.length > 0) faults.push('a reason for events');
  return faults.map((fault) => `${first.lineId}: ${fault}`);
}

/** Lists the events of every line of every month, page by page, and adds them up. */
export async function expectEvents(world: ClosingWorld): Promise<void> {
  for (const month of MONTHS) {
    const statements = await world.services().periods.read({ accountId: 1, period: month });
    if (!statements.ok) throw new Error(statements.failure.detail);
    for (const line of linesOf(statements.value)) {
      const pages = await pagesOf(world, lineId(month, line));
      expect(faultsOfEvents(pages)).toEqual([]);
      // Nothing came to an open month since it was looked at.
      if (pages[0]?.state === 'draft' && pages[0].reason === null) expect(pages[0].differs).toBe(false);
    }
  }
}

async function pagesOf(world: ClosingWorld, id: string): Promise<LineEventsWire[]> {
  const pages: LineEventsWire[] = [];
  for (let after: CountedEvent['event'] | undefined; ; ) {
    const listed = await world.services().events.list({ accountId: 1, lineId: id, page: { after, limit: PAGE + 1 } });
    if (!listed.ok) throw new Error(listed.failure.detail);
    const page = lineEventsToApi(listed.value, PAGE);
    pages.push(page);
    if (page.nextCursor === null) return pages;
    after = listed.value.events[PAGE - 1]?.event;
  }
}

function scaled(text: string): bigint {
  const [integer = '', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(integer + fraction.padEnd(12, '0'));
  return text.startsWith('-') ? -value : value;
}
