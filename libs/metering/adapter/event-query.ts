import { hash } from 'node:crypto';
import { CHARGE_PERIOD_MS, formatInstant, formatMicros } from '#calendar';
import { TOKEN_CLASSES } from '#token';
import type { EventMeasure } from '../domain/index.js';
import type { ReadEventsInput } from '../service/usage-event-reader.js';
import { TOKEN_COLUMNS } from './measure-columns.js';
import { PERIOD } from './usage-rows.js';

/** After it comes the next microsecond. */
const LAST_IDENTITY = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const HASH_DIGITS = 32;

/** An event as it is stored; int8 as strings. */
export interface EventRow {
  readonly source: string;
  readonly id: string;
  readonly identity: string;
  readonly occurredMicros: string;
  readonly receivedMs: string;
  readonly dimensionId: number;
  readonly tokens: readonly string[];
  readonly inferenceMicros: string | null;
  readonly prefillMicros: string | null;
  readonly decodeMicros: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly extras: {
    readonly parts: readonly { readonly dimension: number; readonly tokens: readonly number[] }[];
    readonly units: Readonly<Record<string, number>>;
  } | null;
}

/**
 * The query for events of buckets, and its values. It goes through the events of the time between the first bucket and the
 * last by the index on time, or by that of what is not text where only such events are of interest.
 */
export function selectEvents(input: ReadEventsInput): [string, unknown[]] {
  const { accountId, buckets, measure, after, limit } = input;
  const periods = buckets.map(({ chargePeriod }) => chargePeriod);
  const [start, last] = periods.reduce(
    ([first, latest], period) => [Math.min(first, period), Math.max(latest, period)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const before = { occurredAt: start * 1000 - 1, identity: LAST_IDENTITY };
  const from = after && after.occurredAt > before.occurredAt ? after : before;
  const text = `
    with bucket as (
      select named.charge_period, dimension_id
      from unnest($5::timestamptz[], $6::uuid[]) named (charge_period, hash)
        join usage_dimension d on d.account_id = $1 and d.dimension_hash = named.hash
    )
    select source, event_id as id, identity, (extract(epoch from occurred_at) * 1000000)::bigint as "occurredMicros",
      (extract(epoch from received_at) * 1000)::bigint as "receivedMs", dimension_id as "dimensionId",
      array[${TOKEN_COLUMNS.join(', ')}]::text[] as tokens, inference_micros as "inferenceMicros",
      prefill_micros as "prefillMicros", decode_micros as "decodeMicros", tags, extras
    from usage_event join event_source using (account_id, source_id)
    where account_id = $1 and occurred_at >= $2 and occurred_at < $4 and (occurred_at, identity) > ($2, $3)
      and ${counting(measure)}
    order by occurred_at, identity limit $7`;
  const values = [
    accountId,
    formatMicros(from.occurredAt),
    from.identity,
    formatInstant(last + CHARGE_PERIOD_MS),
    periods.map(formatInstant),
    buckets.map(({ dimensionKey }) => hash('sha256', dimensionKey, 'hex').slice(0, HASH_DIGITS)),
    limit,
  ];
  return [text, values];
}

const OF_A_BUCKET = `(${PERIOD}, dimension_id) in (select charge_period, dimension_id from bucket)`;

/** Which events are in one of the buckets with some of the measure. What stands in the text here is of closed lists. */
function counting(measure: EventMeasure): string {
  if (measure.of === 'requests') return OF_A_BUCKET;
  if (measure.of === 'unit') return `extras is not null and extras->'units' ? '${measure.unit}' and ${OF_A_BUCKET}`;
  const place = TOKEN_CLASSES.indexOf(measure.tokenClass);
  if (measure.modality === null) return `${TOKEN_COLUMNS[place] ?? ''} > 0 and ${OF_A_BUCKET}`;
  return `extras is not null and exists (
        select from jsonb_array_elements(extras->'parts') part
        where (part->'tokens'->>${place.toString()})::bigint > 0
          and (${PERIOD}, (part->>'dimension')::int) in (select charge_period, dimension_id from bucket))`;
}
