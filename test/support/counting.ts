import { query } from './billing.js';
import type { UsageEvent } from './usage.js';

const TOKENS = {
  inputUncached: 'input_uncached',
  cacheRead: 'cache_read',
  output: 'output',
  reasoning: 'reasoning',
} as const;
type Sums = Readonly<Record<string, string>>;

/** What events add up to: how many, and their tokens by class. */
export function sumsOf(events: readonly UsageEvent[]): Sums {
  const sums: Record<string, bigint> = { requests: BigInt(events.length) };
  for (const name of Object.keys(TOKENS)) {
    sums[name] = events.reduce((sum, { tokens }) => sum + BigInt(tokens[name] ?? 0), 0n);
  }
  return texts(sums);
}

/** What is stored as events and what the buckets hold: the same, and the sums of the events sent, when each counted once. */
export async function storedSums(databaseUrl: string): Promise<{ events: Sums; buckets: Sums }> {
  const sum = (column: string, name: string) => `coalesce(sum(${column}), 0)::text as "${name}"`;
  const columns = Object.entries(TOKENS)
    .map(([name, column]) => sum(column, name))
    .join(', ');
  const [events = {}] = await query<Sums>(
    databaseUrl,
    `select count(*)::text as requests, ${columns} from usage_event`,
  );
  const [buckets = {}] = await query<Sums>(
    databaseUrl,
    `select ${sum('requests', 'requests')}, ${columns} from metered_usage`,
  );
  return { events, buckets };
}

/** Ids of the events that are not stored. */
export async function missingEvents(databaseUrl: string, events: readonly UsageEvent[]): Promise<string[]> {
  const rows = await query<{ id: string }>(
    databaseUrl,
    'select id from unnest($1::text[]) as sent (id) where not exists (select from usage_event where event_id = sent.id)',
    [events.map(({ id }) => id)],
  );
  return rows.map(({ id }) => id);
}

function texts(sums: Readonly<Record<string, bigint>>): Sums {
  return Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value.toString()]));
}
