import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { closeLines } from '../support/closed-lines.js';
import { temporaryFolder } from '../support/folder.js';
import { type Product, type ProductOptions, startProduct } from '../support/product.js';
import { BENCH_PERIOD } from './events.js';
import { peakRssMib } from './server-memory.js';

export interface ExportedFormat {
  readonly file: string;
  /** Over HTTP, to its last byte; the better of two. */
  readonly seconds: number;
  readonly mib: number;
  /** Of a server that does nothing else: before, and the most it held while it wrote the file twice. */
  readonly idleRssMib: number | undefined;
  readonly peakRssMib: number | undefined;
}

export interface ExportResult {
  readonly lines: number;
  readonly formats: readonly ExportedFormat[];
  /** `COPY (SELECT …) TO STDOUT` of the chargeback's columns of the same lines as CSV; the better of two. */
  readonly copySeconds: number;
}

const FILES = ['chargeback.csv', 'chargeback.json', 'focus.csv', 'chargeback.parquet'];
const REPEATS = 2;
const MIB = 1024 * 1024;

/** Exports a closed month of so many lines, which lie in the tables already, as a close would have put them there. */
export async function measureExport(databaseUrl: string, lines: number): Promise<ExportResult> {
  // The first start brings the tables and the key.
  const options = { databaseUrl, dataDir: temporaryFolder('bench-export') };
  await (await startProduct(options)).stop();
  await closeLines(databaseUrl, BENCH_PERIOD, lines);
  const formats: ExportedFormat[] = [];
  for (const file of FILES) formats.push(await measureFile(options, file));
  rmSync(options.dataDir, { recursive: true, force: true });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const copy = await best(() => copyCsv(client));
    return { lines, formats, copySeconds: copy.seconds };
  } finally {
    await client.end();
  }
}

async function measureFile(options: ProductOptions, file: string): Promise<ExportedFormat> {
  const product = await startProduct(options);
  try {
    const idleRssMib = peakRssMib(product.pid);
    const { seconds, bytes } = await best(() => fetchFile(product, file));
    return { file, seconds, mib: bytes / MIB, idleRssMib, peakRssMib: peakRssMib(product.pid) };
  } finally {
    await product.stop();
  }
}

async function fetchFile(product: Product, file: string): Promise<number> {
  const response = await product.request('GET', `/v1/statements/${BENCH_PERIOD}/${file}`);
  if (!response.ok) throw new Error(`GET ${file}: ${response.status} ${await response.text()}`);
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (body) for await (const chunk of body) bytes += chunk.length;
  return bytes;
}

async function copyCsv(client: Client): Promise<number> {
  const stream = client.query(
    copyTo(`copy (
      select '${BENCH_PERIOD}', '2024-10-01T00:00:00Z', '2024-11-01T00:00:00Z', team, cost_center, project, model, provider, pool,
        kind, token_class, requests, quantity, unit, list_cost, effective_cost, round(billed_minor / 100, 2), 'USD',
        price_version_id, policy_version, null, corrects_period, correction_cause, line_hash
      from statement_line where account_id = 1 and close_number = 1 order by line_number
    ) to stdout (format csv, header)`),
  );
  let bytes = 0;
  for await (const chunk of stream) bytes += (chunk as Buffer).length;
  return bytes;
}

/** The quickest of a few runs. */
async function best(work: () => Promise<number>): Promise<{ readonly seconds: number; readonly bytes: number }> {
  let seconds = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (let i = 0; i < REPEATS; i++) {
    const started = performance.now();
    bytes = await work();
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
  }
  return { seconds, bytes };
}
