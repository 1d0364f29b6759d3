import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { closeLines } from '../support/closed-lines.js';
import { type Product, startProduct } from '../support/product.js';
import { BENCH_PERIOD } from './events.js';
import { peakRssMib } from './server-memory.js';

export interface ExportResult {
  readonly lines: number;
  /** The chargeback CSV over HTTP, to its last byte; the better of two. */
  readonly csvSeconds: number;
  readonly csvMib: number;
  /** `COPY (SELECT …) TO STDOUT` of the same columns of the same lines as CSV; the better of two. */
  readonly copySeconds: number;
  readonly idleRssMib: number | undefined;
  readonly peakRssMib: number | undefined;
}

const REPEATS = 2;
const MIB = 1024 * 1024;

/** Exports a closed month of so many lines, which lie in the tables already, as a close would have put them there. */
export async function measureExport(databaseUrl: string, lines: number): Promise<ExportResult> {
  const product = await startProduct({ databaseUrl, env: { APPORTION_STATEMENT_TIMEOUT_MS: '3600000' } });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await closeLines(databaseUrl, BENCH_PERIOD, lines);
    const idleRssMib = peakRssMib(product.pid);
    const csv = await best(() => fetchCsv(product));
    const copy = await best(() => copyCsv(client));
    return {
      lines,
      csvSeconds: csv.seconds,
      csvMib: csv.bytes / MIB,
      copySeconds: copy.seconds,
      idleRssMib,
      peakRssMib: peakRssMib(product.pid),
    };
  } finally {
    await client.end();
    await product.stop();
  }
}

async function fetchCsv(product: Product): Promise<number> {
  const response = await product.request('GET', `/v1/statements/${BENCH_PERIOD}/chargeback.csv`);
  if (!response.ok) throw new Error(`GET chargeback.csv: ${response.status} ${await response.text()}`);
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
