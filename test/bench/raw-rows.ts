import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client, Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { benchEvent } from './events.js';

const COLUMNS = [
  'account_id int',
  'identity uuid',
  'occurred_at timestamptz',
  'received_at timestamptz',
  'dimension_id int',
  'source_id int',
  'input_uncached bigint',
  'cache_read bigint',
  'cache_write_5m bigint',
  'cache_write_1h bigint',
  'output bigint',
  'reasoning bigint',
  'inference_micros bigint',
  'prefill_micros bigint',
  'decode_micros bigint',
  'event_id text',
  'tags jsonb',
];
const RECEIVED_AT = '2024-11-01T00:00:00.000Z';
const POOL_SIZE = 20;

/** The row of `usage_event` that an event becomes. */
function rowOf(run: string, n: number): ReadonlyArray<string | number | null> {
  const { source, id, occurredAt, tokens, inferenceMs, tags } = benchEvent(run, n);
  const identity = createHash('sha256').update(`${source}\0${id}`).digest('hex').slice(0, 32);
  const { inputUncached, cacheRead, output } = tokens;
  const counts = [inputUncached, cacheRead, 0, 0, output, 0, inferenceMs * 1000, null, null];
  return [1, identity, occurredAt, RECEIVED_AT, n % 500, n % 3, ...counts, id, JSON.stringify(tags)];
}

/** Rows made before the clock starts, used over and over: the bare table has no key that would mind. */
const ROWS_MADE = 50_000;

function makeRows(events: number): Array<ReturnType<typeof rowOf>> {
  return Array.from({ length: Math.min(ROWS_MADE, events) }, (_, n) => rowOf('raw', n));
}

/** Lines of COPY's text format. Nothing in a bench event needs escaping. */
function renderChunk(rows: ReadonlyArray<ReturnType<typeof rowOf>>, first: number, count: number): string {
  let text = '';
  for (let n = first; n < first + count; n++) {
    text += `${(rows[n % rows.length] ?? []).map((value) => value ?? '\\N').join('\t')}\n`;
  }
  return text;
}

/** Makes the table without key, index, check or partition. */
async function bareTable(client: Client): Promise<void> {
  await client.query(`drop table if exists bare_event; create table bare_event (${COLUMNS.join(', ')})`);
}

async function copyText(client: Client, chunks: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(chunks), client.query(copyFrom('copy bare_event from stdin')));
}

/** Rows a second of COPY into a bare table, rendered in this process; `batchSize` rows a statement, each committed. */
export async function measureCopy(databaseUrl: string, events: number, batchSize: number): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await bareTable(client);
    const rows = makeRows(events);
    const started = performance.now();
    for (let first = 0; first < events; first += batchSize) {
      await copyText(client, renderChunks(rows, first, Math.min(batchSize, events - first)));
    }
    return events / ((performance.now() - started) / 1000);
  } finally {
    await client.end();
  }
}

function* renderChunks(rows: ReadonlyArray<ReturnType<typeof rowOf>>, first: number, count: number): Generator<string> {
  const chunkRows = 1000;
  for (let at = 0; at < count; at += chunkRows) yield renderChunk(rows, first + at, Math.min(chunkRows, count - at));
}

/** Rows a second of one-row INSERTs, prepared, each committed, on a pool of 20 connections. */
export async function measureInserts(databaseUrl: string, events: number): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
  // A connection on its way out when the database is dropped has nothing to tell.
  pool.on('error', () => undefined);
  try {
    await bareTable(client);
    const marks = COLUMNS.map((_, i) => `$${i + 1}`).join(', ');
    const text = `insert into bare_event values (${marks})`;
    const rows = makeRows(events);
    let next = 0;
    const work = async (): Promise<void> => {
      for (let n = next++; n < events; n = next++)
        await pool.query({ name: 'insert', text, values: [...(rows[n % rows.length] ?? [])] });
    };
    const started = performance.now();
    await Promise.all(Array.from({ length: POOL_SIZE }, work));
    return events / ((performance.now() - started) / 1000);
  } finally {
    await pool.end();
    await client.end();
  }
}
