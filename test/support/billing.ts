import { Client } from 'pg';
import { eventually } from './eventually.js';

/** Whatever answers requests: the product in this process or in one of its own. */
export interface Server {
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** Sends a request that must succeed and gives its JSON. */
export async function ask<T>(server: Server, method: string, path: string, body?: unknown): Promise<T> {
  const response = await server.request(method, path, body);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

export interface MachineHours {
  readonly pool: string;
  readonly hourlyRate: string;
  readonly from: string;
  readonly to: string;
  readonly weights: Readonly<Record<string, string>>;
  readonly idle?: 'separate' | 'proportional';
}

/** One instance in a pool of its own, whose cost is split by weighted tokens. */
export async function setUpPool(
  server: Server,
  { pool, hourlyRate, from, to, weights, idle }: MachineHours,
): Promise<void> {
  await ask(server, 'POST', '/v1/pools', {
    pool,
    attribution: { basis: 'weighted_tokens', weights },
    idle: idle ?? 'separate',
  });
  await ask(server, 'POST', '/v1/cost-records', [
    {
      pool,
      provider: 'aws',
      region: 'us-east-1',
      instanceType: 'p5.48xlarge',
      pricingModel: 'on_demand',
      hourlyRate,
      currency: 'USD',
      count: '1',
      from,
      to,
    },
  ]);
}

/** Runs a query on a connection of its own. */
export async function query<T extends object>(databaseUrl: string, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until no accepted event waits for its buckets. */
export function untilMetered(databaseUrl: string): Promise<void> {
  const waiting = 'select inbox_id from ingest_inbox where finished_at is null limit 1';
  return eventually(async () => {
    if ((await query(databaseUrl, waiting)).length > 0) throw new Error('accepted events wait longer than they should');
  });
}
