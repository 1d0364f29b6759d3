import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { query, setUpPool, untilMetered } from '../support/billing.js';
import { ensureBuilt } from '../support/built.js';
import { missingEvents, storedSums, sumsOf } from '../support/counting.js';
import { HOUSE_PERIOD, houseEvent } from '../support/house.js';
import { Importer, sendAll } from '../support/importer.js';
import { type Product, startProduct } from '../support/product.js';
import { verify } from '../support/statement.js';
import { batchesOf } from '../support/usage.js';

const CUTS = 3;

describe('when everything is killed at once, the product and its embedded Postgres', () => {
  let product: Product;
  beforeAll(async () => {
    ensureBuilt();
    product = await startProduct();
  });
  afterAll(() => product.stop());

  it('loses nothing that it has acknowledged', async () => {
    await setUpPool(product, {
      pool: 'h100',
      hourlyRate: '55.04',
      from: '2024-10-14T00:00:00Z',
      to: '2024-10-15T00:00:00Z',
      weights: { inputUncached: '1', output: '2' },
    });
    const importer = new Importer({ server: product, batchSize: 50, lanes: 4, event: houseEvent });
    for (let cut = 0; cut < CUTS; cut++) {
      await importer.progress(500);
      await sleep(cut * 40);
      const server = postmaster(product.dataDir);
      for (const pid of [product.pid, server.pid, ...childrenOf(server.pid)]) kill(pid);
      await product.kill();
      await product.start();
    }
    await importer.progress(200);
    await importer.stop();

    const url = databaseUrl(product.dataDir);
    await untilMetered(url);
    expect(importer.otherAnswers.length).toBeGreaterThan(0);
    expect(await missingEvents(url, importer.acknowledged)).toEqual([]);
    await sendAll(product, batchesOf(importer.sent, 500));
    await untilMetered(url);
    const expected = sumsOf(importer.sent);
    expect(await storedSums(url)).toEqual({ events: expected, buckets: expected });
    expect(await verify(product, HOUSE_PERIOD)).toMatchObject({ agrees: true });
    expect(await query(url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  }, 900_000);
});

/** The embedded server's pid and port, as it wrote them. */
function postmaster(dataDir: string): { pid: number; port: number } {
  const lines = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

function databaseUrl(dataDir: string): string {
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  return `postgres://apportion:${encodeURIComponent(password)}@127.0.0.1:${postmaster(dataDir).port}/apportion`;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

/** The second field after the name, which stands in brackets and may hold anything. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}
