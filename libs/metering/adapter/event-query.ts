import { CHARGE_PERIOD_MS, type EpochMs, formatInstant, formatMicros } from '#calendar';
import { TOKEN_CLASSES } from '#token';
import type { EventMeasure } from '../domain/index.js';
import type { ReadEventsInput } from '../service/usage-event-reader.js';
import { TOKEN_COLUMNS } from './measure-columns.js';
import { PERIOD } from './usage-rows.js';

/** After it comes the next microsecond. */
const LAST_IDENTITY = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Charge periods in seconds, and what they are counted in above a dimension's number. */
const PERIOD_SECONDS = CHARGE_PERIOD_MS / 1000;
const PERIOD_PLACE = 2n ** 32n;

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

/** A bucket as one number, which the database can look up among many: the charge period's, then the dimension's. */
function bucketNumber(chargePeriod: EpochMs, dimensionId: number): string {
  return (BigInt(chargePeriod / CHARGE_PERIOD_MS) * PERIOD_PLACE + BigInt(dimensionId)).toString();
}

/** The same of an event and one of its dimensions, and whether it is a bucket that was asked for. */
function isOfBucket(dimension: string): string {
  const period = `extract(epoch from ${PERIOD})::bigint / ${PERIOD_SECONDS.toString()}`;
  return `${period} * ${PERIOD_PLACE.toString()} + ${dimension} = any($5::bigint[])`;
}

/**
 * The query for events of buckets, whose dimensions have these numbers, and its values. It goes through the events between the
 * first bucket and the last by the index on time, or by that of what is not text where only such events are of interest.
 */
export function selectEvents(input: ReadEventsInput, numbers: ReadonlyMap<string, number>): [string, unknown[]] {
  const { accountId, buckets, measure, after, limit } = input;
  const periods = buckets.map(({ chargePeriod }) => chargePeriod);
  const [start, last] = periods.reduce(
    ([first, latest], period) => [Math.min(first, period), Math.max(latest, period)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const before = { occurredAt: start * 1000 - 1, identity: LAST_IDENTITY };
  const from = after && after.occurredAt > before.occurredAt ? after : before;
  const text = `
    select source, event_id as id, identity, (extract(epoch from occurred_at) * 1000000)::bigint as "occurredMicros",
      (extract(epoch from received_at) * 1000)::bigint as "receivedMs", dimension_id as "dimensionId",
      array[${TOKEN_COLUMNS.join(', ')}]::text[] as tokens, inference_micros as "inferenceMicros",
      prefill_micros as "prefillMicros", decode_micros as "decodeMicros", tags, extras
    from usage_event join event_source using (account_id, source_id)
    where account_id = $1 and occurred_at >= $2 and occurred_at < $4 and (occurred_at, identity) > ($2, $3)
      and ${counting(measure)}
    order by occurred_at, identity limit $6`;
  const values = [
    accountId,
    formatMicros(from.occurredAt),
    from.identity,
    formatInstant(last + CHARGE_PERIOD_MS),
    buckets.map(({ chargePeriod, dimensionKey }) => bucketNumber(chargePeriod, numberOf(dimensionKey, numbers))),
    limit,
  ];
  return [text, values];
}

const OF_A_BUCKET = isOfBucket('dimension_id');

function numberOf(dimensionKey: string, numbers: ReadonlyMap<string, number>): number {
  const number = numbers.get(dimensionKey);
  if (number === undefined) throw new Error(`there is no dimension ${dimensionKey}`);
  return number;
}

/** Which events are in one of the buckets with some of the measure. What stands in the text here is of closed lists. */
function counting(measure: EventMeasure): string {
  if (measure.of === 'requests') return OF_A_BUCKET;
  if (measure.of === 'unit') return `extras is not null and extras->'units' ? '${measure.unit}' and ${OF_A_BUCKET}`;
  const place = TOKEN_CLASSES.indexOf(measure.tokenClass);
  if (measure.modality === null) return `${TOKEN_COLUMNS[place] ?? ''} > 0 and ${OF_A_BUCKET}`;
  return `extras is not null and exists (
        select from jsonb_array_elements(extras->'parts') part
        where (part->'tokens'->>${place.toString()})::bigint > 0
          and ${isOfBucket("(part->>'dimension')::int")})`;
}
