import type { EventExtras, ReceivedEvent } from '#ingest';
import { BinaryCopy } from '#platform';
import { DURATION_COLUMNS, TOKEN_COLUMNS } from './measure-columns.js';

const COLUMNS = [
  'account_id',
  'identity',
  'occurred_at',
  'received_at',
  'dimension_id',
  'source_id',
  ...TOKEN_COLUMNS,
  ...DURATION_COLUMNS,
  'event_id',
  'tags',
  'extras',
];

export const COPY_EVENTS = `copy usage_event (${COLUMNS.join(', ')}) from stdin (format binary)`;

/** Lengths of all columns, and the values of those whose size is fixed. */
const FIXED_BYTES = COLUMNS.length * 4 + 4 + 16 + 8 + 8 + 4 + 4 + 9 * 8;
const EXPECTED_BYTES = FIXED_BYTES + 64;

/** What an event's row refers to. */
export interface EventReferences {
  readonly accountId: number;
  readonly dimensionIds: readonly number[];
  readonly sourceIds: readonly number[];
  /** By the event's place: the dimension of each of its parts. */
  readonly partIds: ReadonlyMap<number, readonly number[]>;
}

/** The events as the rows that `COPY_EVENTS` takes. */
export function renderEvents(events: readonly ReceivedEvent[], references: EventReferences): Buffer {
  const { accountId, dimensionIds, sourceIds, partIds } = references;
  const copy = new BinaryCopy(COLUMNS.length, events.length * EXPECTED_BYTES);
  events.forEach(({ event, receivedAt }, i) => {
    copy.row(FIXED_BYTES);
    copy.int32(accountId);
    copy.uuid(event.identity);
    copy.timestamptz(event.occurredAt);
    copy.timestamptz(receivedAt * 1000);
    copy.int32(dimensionIds[i] ?? 0);
    copy.int32(sourceIds[i] ?? 0);
    for (const count of event.tokens) copy.int64(count);
    copy.int64(event.inferenceMicros);
    copy.int64(event.prefillMicros);
    copy.int64(event.decodeMicros);
    copy.text(event.id);
    copy.jsonb(event.tags && JSON.stringify(event.tags));
    copy.jsonb(event.extras && extrasToRow(event.extras, partIds.get(i) ?? []));
  });
  return copy.end();
}

function extrasToRow({ parts, units }: EventExtras, dimensionIds: readonly number[]): string {
  return JSON.stringify({
    parts: parts.map(({ tokens }, i) => ({ dimension: dimensionIds[i], tokens })),
    units: Object.fromEntries(units.map(({ unit, quantity }) => [unit, quantity])),
  });
}
