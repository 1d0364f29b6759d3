import { startTestRedis } from '../support/redis.js';
import type { BenchServer } from './databases.js';
import {
  measureBareQuotaRoute,
  measurePostgresRoundTrips,
  measureQuota,
  measureRedisRoundTrips,
  type QuotaResult,
  type RoundTrip,
} from './measure-quota.js';
import { perSecond, printTable, ratio } from './table.js';

const SECONDS = 10;
const QUICK_SECONDS = 3;

/** Decisions through HTTP with either store, beside the same route without a quota and what the stores take at least. */
export async function benchQuota(server: BenchServer, quick: boolean): Promise<void> {
  const seconds = quick ? QUICK_SECONDS : SECONDS;
  const trips: RoundTrip[] = [];
  const results: (QuotaResult & { readonly free: QuotaResult | undefined })[] = [];
  results.push({ ...(await measureBareQuotaRoute(seconds)), free: undefined });
  for (const store of ['Postgres', 'Redis'] as const) {
    const redis = store === 'Redis' ? await startTestRedis() : undefined;
    try {
      const measured = await server.withDatabase('bench_quota', async (databaseUrl) => {
        if (redis) trips.push(...(await measureRedisRoundTrips(redis.url, QUICK_SECONDS)));
        else trips.push(...(await measurePostgresRoundTrips(databaseUrl, QUICK_SECONDS)));
        return measureQuota({ databaseUrl, redisUrl: redis?.url, seconds });
      });
      const [free] = measured;
      results.push(...measured.map((one) => ({ ...one, name: `${store}, ${one.name}`, free })));
    } finally {
      await redis?.stop();
    }
  }
  const ms = (value: number): string => value.toFixed(2);
  printTable(
    'One client and a store, one request after the other',
    ['what', 'per second', 'p50 ms', 'p99 ms'],
    trips.map((trip) => [trip.name, perSecond(trip.perSecond), ms(trip.p50), ms(trip.p99)]),
  );
  printTable(
    'Reservations through HTTP, 64 connections: at full speed, and 2,000 a second',
    ['store, quotas', 'per second', '/ no quota', 'p50 ms', 'p99 ms', 'at 2,000: got', 'p50 ms', 'p99 ms'],
    results.map(({ name, full, paced, free }) => [
      ...[name, perSecond(full.perSecond), free ? ratio(full.perSecond / free.full.perSecond) : '-'],
      ...[ms(full.p50), ms(full.p99), perSecond(paced.perSecond), ms(paced.p50), ms(paced.p99)],
    ]),
  );
}
