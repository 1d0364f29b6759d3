import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startProduct } from '../support/product.js';
import { prepareLoad } from './load-process.js';
import { peakRssMib } from './server-memory.js';

export interface IngestOrder {
  readonly databaseUrl: string;
  /** undefined: the queue lives in the database. */
  readonly redisUrl: string | undefined;
  readonly batchSize: number;
  readonly events: number;
  readonly connections: number;
}

export interface IngestResult {
  /** From the first byte sent until the last bucket is committed. */
  readonly eventsPerSecond: number;
  /** From the first byte sent until the last 202. */
  readonly answeredPerSecond: number;
  readonly pushedBack: number;
  readonly peakRssMib: number | undefined;
  /** Bytes of each table with its indexes, right after the run, and after vacuum has taken what was finished with. */
  readonly tableBytes: ReadonlyMap<string, number>;
  readonly vacuumedBytes: ReadonlyMap<string, number>;
  readonly storedEvents: number;
}

/** What is stored for an event, partitions under their parent. */
const TABLE_BYTES = `
  select coalesce(parent.relname, child.relname) as name, sum(pg_total_relation_size(child.oid))::int8 as bytes
  from pg_class child
  join pg_namespace on pg_namespace.oid = child.relnamespace and nspname = 'public'
  left join pg_inherits on inhrelid = child.oid
  left join pg_class parent on parent.oid = inhparent
  where child.relkind in ('r', 'p') and coalesce(parent.relname, child.relname) ~ '^(ingest_|event_|usage_|metered_|quarantine)'
  group by 1 order by 2 desc`;

/** Runs the product as one process on a fresh database and sends it events from another, after a warm-up of a tenth. */
export async function measureIngest(order: IngestOrder): Promise<IngestResult> {
  const { databaseUrl, redisUrl, batchSize, connections } = order;
  const product = await startProduct({ databaseUrl, ...(redisUrl === undefined ? {} : { redisUrl }) });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const load = (run: string, events: number) =>
      prepareLoad({ url: product.url, path: '/v1/events', key: product.key, run, events, batchSize, connections });
    const warmUpEvents = Math.max(batchSize, Math.round(order.events / 10));
    await (await load('warm', warmUpEvents)).go();
    await committed(client);

    const measured = await load('run', order.events);
    const started = performance.now();
    const { seconds, pushedBack } = await measured.go();
    await committed(client);
    const total = (performance.now() - started) / 1000;
    const storedEvents = warmUpEvents + order.events;
    await assertAllCounted(client, storedEvents);
    const tableBytes = await readTableBytes(client);
    await client.query('vacuum');
    return {
      eventsPerSecond: order.events / total,
      answeredPerSecond: order.events / seconds,
      pushedBack,
      peakRssMib: peakRssMib(product.pid),
      tableBytes,
      vacuumedBytes: await readTableBytes(client),
      storedEvents,
    };
  } finally {
    await client.end();
    await product.stop();
  }
}

async function readTableBytes(client: Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string; bytes: string }>(TABLE_BYTES);
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}

/** Waits until no accepted event waits for its buckets. */
async function committed(client: Client): Promise<void> {
  const waiting = 'select 1 from ingest_inbox where finished_at is null limit 1';
  while ((await client.query(waiting)).rowCount !== 0) await sleep(10);
}

/** A figure for events that were not all counted would be none. */
async function assertAllCounted(client: Client, events: number): Promise<void> {
  const { rows } = await client.query<{ stored: string; counted: string }>(
    'select (select count(*) from usage_event) as stored, (select sum(requests) from metered_usage) as counted',
  );
  if (Number(rows[0]?.stored) !== events || Number(rows[0]?.counted) !== events) {
    throw new Error(`sent ${events} events, stored ${rows[0]?.stored}, counted ${rows[0]?.counted}`);
  }
}
