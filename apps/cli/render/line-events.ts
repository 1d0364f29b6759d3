import type { LineEventsWire } from '#contract';
import { type Cell, grouped, left, renderTable, right } from './table.js';

const WHY = {
  not_usage: 'It has no events: it is of capacity that nobody used, shared cost or an adjustment.',
  not_billed_now: 'It has no events any more: its usage is billed on other lines now.',
} as const;

/** The events behind a line for people: what it counts, then one row an event with its part of that. */
export function renderLineEvents(listed: LineEventsWire): string {
  const { lineId, usagePeriod, state, counted, now, unit, differs, reason, data, nextCursor } = listed;
  const units = unit.replace('_', ' ');
  const parts = [
    `${lineId} (${state}): ${grouped(counted.quantity)} ${units}, ${grouped(counted.requests)} requests, used in ${usagePeriod}\n`,
    differs ? `Its events now come to ${grouped(now.quantity)} ${units}, ${grouped(now.requests)} requests.\n` : '',
    reason === null ? '' : `${WHY[reason]}\n`,
    data.length > 0 ? eventsTable(data) : '',
    nextCursor === null ? '' : 'There are more events; --limit shows more.\n',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function eventsTable(events: LineEventsWire['data']): string {
  return renderTable(
    [
      ...['OCCURRED', 'SOURCE', 'ID', 'TEAM', 'PROJECT', 'USER', 'MODEL', 'TIER', 'STATUS'].map(left),
      ...['INPUT TOKENS', 'OUTPUT TOKENS', 'OF THE LINE'].map(right),
    ],
    events.map((event): Cell[] => {
      const { inputUncached, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = event.tokens;
      return [
        ...[event.occurredAt, event.source, event.id, event.team, event.project, event.user],
        ...[event.model, event.tier, event.status],
        sum(inputUncached, cacheRead, cacheWrite5m, cacheWrite1h),
        sum(output, reasoning),
        grouped(event.quantity),
      ];
    }),
  );
}

function sum(...counts: (string | undefined)[]): bigint {
  return counts.reduce((total, count) => total + BigInt(count ?? 0), 0n);
}
