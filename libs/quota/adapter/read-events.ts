import type { EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { TOKEN_CLASSES } from '#token';
import type { UsageRecord } from '../domain/index.js';

const EVENTS_AT_ONCE = 5_000;

const TOKEN_COLUMNS = TOKEN_CLASSES.map((name) => name.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`));

/** Those far ahead are let in by the clock of who sent them. */
const EVENTS = `
  select (extract(epoch from occurred_at) * 1000000)::bigint as "occurredAt", dimension_id as "dimensionId",
    array[${TOKEN_COLUMNS.join(', ')}]::text[] as tokens, tags, extras
  from usage_event where account_id = $1 and occurred_at >= $2`;

interface EventRow {
  readonly occurredAt: string;
  readonly dimensionId: number;
  readonly tokens: readonly string[];
  readonly tags: Readonly<Record<string, string>> | null;
  readonly extras: {
    readonly parts: readonly { readonly dimension: number; readonly tokens: readonly number[] }[];
    readonly units: Readonly<Record<string, number>>;
  } | null;
}

export interface EventSpan {
  readonly accountId: number;
  readonly from: EpochMs;
  /** By time, and by identity where that is the same; else as they come. */
  readonly inOrder: boolean;
}

/** Metered events, some thousand at a time, through a cursor of the manager's transaction. */
export async function* readEvents(
  manager: EntityManager,
  { accountId, from, inOrder }: EventSpan,
): AsyncGenerator<readonly UsageRecord[]> {
  const order = inOrder ? ' order by occurred_at, identity' : '';
  await manager.query(`declare events no scroll cursor for ${EVENTS}${order}`, [accountId, formatInstant(from)]);
  for (;;) {
    const rows = await manager.query<EventRow[]>(`fetch ${EVENTS_AT_ONCE} from events`);
    if (rows.length > 0) yield rows.map(toRecord);
    if (rows.length < EVENTS_AT_ONCE) break;
  }
  await manager.query('close events');
}

function toRecord({ occurredAt, dimensionId, tokens, tags, extras }: EventRow): UsageRecord {
  return {
    occurredAt: Number(occurredAt),
    text: { dimensionId, tokens: tokens.map(Number) },
    parts: (extras?.parts ?? []).map((part) => ({ dimensionId: part.dimension, tokens: part.tokens })),
    units: extras?.units ?? {},
    tags,
    reservationId: null,
  };
}
