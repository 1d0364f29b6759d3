import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startTestRedis } from '../support/redis.js';
import { benchQuota } from './bench-quota.js';
import { type BenchServer, startBenchServer } from './databases.js';
import { measureBareRoute } from './measure-bare-route.js';
import { type BillResult, measureBill } from './measure-bill.js';
import { type CloseResult, measureClose } from './measure-close.js';
import { measureExport } from './measure-export.js';
import { type IngestResult, measureIngest } from './measure-ingest.js';
import { measureCopy, measureInserts } from './raw-rows.js';
import { perSecond, printTable, ratio, seconds, whole } from './table.js';

const USAGE = `usage: npm run bench -- [--quick] [--only ingest|bill|close|export|quota] [--events N]
  --quick     a tenth of the events, and no month of ten million
  --only      one part of it
  --events N  bill months of these many events (again for more)`;

interface BatchPlan {
  readonly batchSize: number;
  readonly events: number;
  readonly connections: number;
}

/** Enough events for some seconds each; connections enough to keep the server busy, few enough not to crowd it out. */
const PLANS: readonly BatchPlan[] = [
  { batchSize: 1, events: 150_000, connections: 128 },
  { batchSize: 100, events: 500_000, connections: 16 },
  { batchSize: 1_000, events: 500_000, connections: 8 },
];
const INSERTED_ROWS = 100_000;

async function benchIngest(server: BenchServer, scale: number): Promise<void> {
  const plans = PLANS.map((plan) => ({ ...plan, events: plan.events * scale }));
  const events = plans.at(-1)?.events ?? 0;
  const raw = await server.withDatabase('bench_raw', async (url) => {
    await measureCopy(url, events / 10, 1_000);
    return {
      copy: await measureCopy(url, events, 1_000),
      copyAtOnce: await measureCopy(url, events, events),
      inserts: await measureInserts(url, INSERTED_ROWS * scale),
    };
  });
  printTable(
    'Rows into a bare table, from one Node process',
    ['how', 'rows/s'],
    [
      ['COPY, 1,000 rows a statement', perSecond(raw.copy)],
      ['COPY, one statement', perSecond(raw.copyAtOnce)],
      ['INSERT of one row, pool of 20', perSecond(raw.inserts)],
    ],
  );
  const rows: string[][] = [];
  const stored: IngestResult[] = [];
  for (const plan of plans) {
    const bare = await measureBareRoute(plan.batchSize, plan.events, plan.connections);
    for (const backend of ['Postgres', 'Redis'] as const) {
      const result = await ingestOn(server, backend, plan);
      stored.push(result);
      rows.push([
        `${plan.batchSize.toLocaleString('en-US')}, ${backend}`,
        perSecond(result.eventsPerSecond),
        perSecond(result.answeredPerSecond),
        ratio(result.eventsPerSecond / raw.copy),
        ratio(result.eventsPerSecond / raw.inserts),
        perSecond(bare),
        ratio(result.eventsPerSecond / bare),
        whole(result.pushedBack),
        whole(result.peakRssMib),
      ]);
    }
  }
  const head = ['batch, queue', 'events/s', '202/s', '/ COPY', '/ INSERT', 'bare route', '/ bare', '429s', 'peak MiB'];
  printTable('Events from HTTP to committed buckets', head, rows);
  const last = stored.at(-1);
  if (last) printStored(last);
}

async function ingestOn(server: BenchServer, backend: 'Postgres' | 'Redis', plan: BatchPlan): Promise<IngestResult> {
  const redis = backend === 'Redis' ? await startTestRedis() : undefined;
  try {
    return await server.withDatabase('bench_ingest', (databaseUrl) =>
      measureIngest({ ...plan, databaseUrl, redisUrl: redis?.url }),
    );
  } finally {
    await redis?.stop();
  }
}

function printStored({ tableBytes, vacuumedBytes, storedEvents }: IngestResult): void {
  const perEvent = (bytes: number): string => ratio(bytes / storedEvents);
  const sum = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((a, b) => a + b, 0);
  const rows = [...tableBytes].map(([name, bytes]) => [name, perEvent(bytes), perEvent(vacuumedBytes.get(name) ?? 0)]);
  const together = ['together', perEvent(sum(tableBytes)), perEvent(sum(vacuumedBytes))];
  printTable('Bytes an event on disk, indexes and all', ['table', 'after the run', 'vacuumed'], [...rows, together]);
}

async function benchBill(server: BenchServer, months: readonly number[]): Promise<void> {
  const results: BillResult[] = [];
  for (const events of months) {
    results.push(await server.withDatabase('bench_bill', (url) => measureBill(url, events)));
  }
  const head = ['events', 'buckets', 'bill s', 'CSV s', 'raw s', 'raw / bill', 'raw by team s', 'idle MiB', 'peak MiB'];
  const rows = results.map((result) => [
    whole(result.events),
    whole(result.buckets),
    seconds(result.billSeconds),
    seconds(result.exportSeconds),
    seconds(result.rawByPeriodSeconds),
    ratio(result.rawByPeriodSeconds / result.billSeconds),
    seconds(result.rawByTeamSeconds),
    whole(result.idleRssMib),
    whole(result.peakRssMib),
  ]);
  printTable("A month's bill from its buckets, and GROUP BY over its raw events", head, rows);
}

/**
 * Months of so many pools, teams and models; each team uses each model on each pool in so many charge periods. The last two have
 * pools of the same size: a close holds one at a time.
 */
const CLOSED_MONTHS = [
  { pools: 20, teams: 50, models: 10, periods: 1 },
  { pools: 20, teams: 200, models: 20, periods: 1 },
  { pools: 100, teams: 200, models: 20, periods: 1 },
];

async function benchClose(server: BenchServer, quick: boolean): Promise<void> {
  const results: CloseResult[] = [];
  for (const plan of quick ? CLOSED_MONTHS.slice(0, 1) : CLOSED_MONTHS)
    results.push(await server.withDatabase('bench_close', (url) => measureClose(url, plan)));
  const head = [
    'lines',
    'buckets',
    'attribute s',
    'SQL s',
    '/ SQL',
    'close s',
    'SQL s',
    '/ SQL',
    'idle MiB',
    'peak MiB',
  ];
  const rows = results.map((result) => [
    whole(result.lines),
    whole(result.buckets),
    seconds(result.attributeSeconds),
    seconds(result.sqlAttributeSeconds),
    ratio(result.attributeSeconds / result.sqlAttributeSeconds),
    seconds(result.closeSeconds),
    seconds(result.sqlCloseSeconds),
    ratio(result.closeSeconds / result.sqlCloseSeconds),
    whole(result.idleRssMib),
    whole(result.peakRssMib),
  ]);
  printTable('A month attributed and closed, and the same by plain SQL in double precision', head, rows);
}

const EXPORTED_LINES = [10_000, 100_000, 1_000_000];

async function benchExport(server: BenchServer, quick: boolean): Promise<void> {
  const rows: string[][] = [];
  for (const lines of quick ? EXPORTED_LINES.slice(0, 2) : EXPORTED_LINES) {
    const { formats, copySeconds } = await server.withDatabase('bench_export', (url) => measureExport(url, lines));
    rows.push([whole(lines), 'COPY as CSV', '-', seconds(copySeconds), ratio(1), '-', '-']);
    for (const { file, mib, seconds: taken, idleRssMib, peakRssMib } of formats)
      rows.push([
        ...[whole(lines), file, mib.toPrecision(3), seconds(taken), ratio(taken / copySeconds)],
        ...[whole(idleRssMib), whole(peakRssMib)],
      ]);
  }
  const head = ['lines', 'file', 'MiB', 's', '/ COPY', 'idle MiB', 'peak MiB'];
  printTable('A closed month as files, and the chargeback by COPY TO STDOUT', head, rows);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      only: { type: 'string' },
      events: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  const server = await startBenchServer();
  try {
    const memoryGib = Math.round(totalmem() / 2 ** 30);
    console.log(
      `${cpus()[0]?.model ?? arch()}, ${availableParallelism()} cores, ${memoryGib} GiB, ${platform()}, Node.js ${process.version}`,
    );
    console.log(server.describe);
    const parts = values.only === undefined ? ['ingest', 'bill', 'close', 'export', 'quota'] : [values.only];
    if (parts.includes('ingest')) await benchIngest(server, values.quick ? 0.1 : 1);
    const months = values.events?.map(Number) ?? (values.quick ? [1_000_000] : [1_000_000, 10_000_000]);
    if (parts.includes('bill')) await benchBill(server, months);
    if (parts.includes('close')) await benchClose(server, values.quick === true);
    if (parts.includes('quota')) await benchQuota(server, values.quick === true);
    if (parts.includes('export')) await benchExport(server, values.quick === true);
  } finally {
    await server.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
