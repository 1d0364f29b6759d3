import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { CountsUnavailableError, type QuotaStore, type ReserveOrder } from '#quota';
import { applyToCounts } from '../../libs/quota/adapter/apply-to-counts.js';
import { RedisQuotaStore } from '../../libs/quota/adapter/redis/redis-quota-store.js';
import { SqlQuotaStore } from '../../libs/quota/adapter/sql-quota-store.js';
import type { StoreAudit } from '../../libs/quota/service/store-audit.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Traffic } from '../support/quota/traffic.js';
import { QuotaWorld } from '../support/quota/world.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const TTL_MS = 10_000;
/** How often it is compared under traffic before and after a repair, at least, and for how long. */
const COMPARISONS = 5;
const WHILE_MS = 4_000;
const BILLION = 1_000_000_000n;
const AGREES = {
  heldCompared: true,
  differences: [],
  moreDifferences: 0,
  missing: [],
  moreMissing: 0,
  repaired: false,
};

describe('what Redis has, compared', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let client: Redis;
  let dataSource: DataSource;
  let world: QuotaWorld;
  let store: QuotaStore;
  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startTestRedis({ appendonly: 'no' })]);
    client = new Redis(redis.url);
    dataSource = await new DataSource({ type: 'postgres', url: database.url, poolSize: 16 }).initialize();
  });
  beforeEach(async () => {
    world = await QuotaWorld.create(database);
    for (const series of [1, 2]) await world.addCount(series);
    store = open();
  });
  afterAll(async () => {
    client.disconnect();
    await dataSource.destroy();
    await Promise.all([database.drop(), redis.stop()]);
  });

  const open = (source = dataSource) => new RedisQuotaStore(source, client);
  const order = (amount: bigint) =>
    world.order(
      [1, 2].map((series) => world.claim(series, amount)),
      { ttlMs: TTL_MS },
    );
  const key = (name: string) => `{quota:${world.accountId}}:${name}`;
  const field = (series: number) => `${series}/${world.start}/`;
  const audit = (repair = false, of = store) => of.audit(world.accountId, repair);
  const meter = (amount: bigint) => world.meter(store, [{ count: world.count(1), amount }]);
  const looked = () => store.look([1, 2].map((series) => world.claim(series, 0n)));
  const difference = (series: number, part: 'held' | 'usage', counted: bigint | null, expected: bigint) => {
    return { name: world.count(series), part, counted, expected };
  };

  async function admit(...amounts: bigint[]): Promise<ReserveOrder[]> {
    const orders = amounts.map(order);
    const answers = await store.reserve(orders);
    expect(answers.map(({ outcome }) => outcome)).toEqual(orders.map(() => 'admitted'));
    return orders;
  }

  /** A database that does something else once, before or after the first query that says so. */
  function during(sql: string, when: 'before' | 'after', something: () => Promise<unknown>): DataSource {
    let waiting = true;
    const query = async (asked: string, parameters?: unknown[]): Promise<unknown> => {
      const now = waiting && asked.includes(sql);
      if (now) waiting = false;
      if (now && when === 'before') await something();
      const rows: unknown = await dataSource.query(asked, parameters);
      if (now && when === 'after') await something();
      return rows;
    };
    return Object.assign(Object.create(dataSource) as DataSource, { query });
  }

  it('agrees after all that may happen to reservations and usage', async () => {
    const [used, given, due, late, open_] = await admit(5n, 3n * BILLION + 1n, 1n, BILLION - 1n, 7n);
    await meter(4n);
    await store.finish([
      world.finished(used as ReserveOrder, 'settled', [6n, 6n]),
      world.finished(given as ReserveOrder, 'released'),
    ]);
    const until = world.start + 10 * TTL_MS;
    for (const { reservationId } of [late, open_] as ReserveOrder[]) {
      await store.extend(world.accountId, reservationId, world.start, until);
    }
    await store.expire(world.start + TTL_MS, 100);
    const metered = [used, due, late].map((of) => (of as ReserveOrder).reservationId);
    await world.meter(store, [{ count: world.count(1), amount: 9n }], metered, world.start + TTL_MS);
    await looked();
    await expect(audit()).resolves.toEqual({ ...AGREES, counts: 2, reservations: 1 });
    await expect(audit(true)).resolves.toEqual({ ...AGREES, counts: 2, reservations: 1 });
    await expect(looked()).resolves.toEqual([20n, 7n]);
  });

  it('has nothing to say where Postgres decides, or nothing is decided on', async () => {
    await expect(audit()).resolves.toBeUndefined();
    await admit(5n);
    await client.del(key('stamp'));
    await expect(audit(true)).resolves.toBeUndefined();
    const postgres = new SqlQuotaStore(dataSource);
    await postgres.reserve([order(1n)]);
    await client.hset(key('held'), field(1), '7 7');
    await expect(audit(true)).resolves.toBeUndefined();
    await expect(audit(true, postgres)).resolves.toBeUndefined();
  });

  describe('finds, names and repairs', () => {
    interface Case {
      readonly what: string;
      readonly tamper: (orders: readonly ReserveOrder[]) => Promise<unknown>;
      readonly found: (orders: readonly ReserveOrder[]) => Partial<StoreAudit>;
    }
    const id = ([first]: readonly ReserveOrder[]) => first?.reservationId ?? '';
    const cases: Case[] = [
      {
        what: 'more held than reservations hold',
        tamper: () => client.hset(key('held'), field(1), '4 5'),
        found: () => ({ differences: [difference(1, 'held', 4n * BILLION + 5n, 2n * BILLION + 5n)] }),
      },
      {
        what: 'less held than reservations hold',
        tamper: () => client.hset(key('held'), field(2), '0 1'),
        found: () => ({ differences: [difference(2, 'held', 1n, 2n * BILLION + 5n)] }),
      },
      {
        what: 'nothing held where reservations hold something',
        tamper: () => client.hdel(key('held'), field(1)),
        found: () => ({ differences: [difference(1, 'held', 0n, 2n * BILLION + 5n)] }),
      },
      {
        what: 'something held where none holds anything',
        tamper: () => client.hset(key('held'), '9/0/a/b', '0 3'),
        found: () => ({
          differences: [{ name: { ...world.count(9, 'a/b'), start: 0 }, part: 'held', counted: 3n, expected: 0n }],
        }),
      },
      {
        what: 'what is held and is no amount',
        tamper: () => client.hset(key('held'), field(1), 'many'),
        found: () => ({ differences: [difference(1, 'held', null, 2n * BILLION + 5n)] }),
      },
      {
        what: 'a reservation that is missing, and what it held',
        tamper: (orders) => client.hdel(key('entries'), id(orders)),
        found: (orders) => ({
          differences: [1, 2].map((series) => difference(series, 'held', 2n * BILLION + 5n, 5n)),
          missing: [id(orders)],
        }),
      },
      {
        what: 'a reservation that cannot be read',
        tamper: (orders) => client.hset(key('entries'), id(orders), 'what'),
        found: () => ({ differences: [1, 2].map((series) => difference(series, 'held', 2n * BILLION + 5n, 5n)) }),
      },
      {
        what: 'other usage of the same revision',
        tamper: () => client.hset(key('used'), field(1), '2 0 2'),
        found: () => ({ differences: [difference(1, 'usage', 2n, 10n)] }),
      },
      {
        what: 'usage of an earlier revision',
        tamper: () => client.hset(key('used'), field(1), '1 0 4'),
        found: () => ({ differences: [difference(1, 'usage', 4n, 10n)] }),
      },
      {
        what: 'usage of a revision that is to come',
        tamper: () => client.hset(key('used'), field(1), '3 0 10'),
        found: () => ({ differences: [difference(1, 'usage', 10n, 10n)] }),
      },
      {
        what: 'usage that cannot be read',
        tamper: () => client.hset(key('used'), field(1), '2 ten'),
        found: () => ({ differences: [difference(1, 'usage', null, 10n)] }),
      },
    ];

    it.each(cases)('$what', async ({ tamper, found }) => {
      await looked();
      await meter(4n);
      await meter(6n);
      const orders = await admit(2n * BILLION, 5n);
      await expect(looked()).resolves.toEqual([2n * BILLION + 15n, 2n * BILLION + 5n]);
      await tamper(orders);
      const wrong = { ...AGREES, counts: 2, reservations: 2, ...found(orders) };
      await expect(audit()).resolves.toEqual(wrong);
      await expect(audit(true)).resolves.toEqual({ ...wrong, repaired: true });
      await expect(looked()).resolves.toEqual([2n * BILLION + 15n, 2n * BILLION + 5n]);
      await expect(audit()).resolves.toEqual({ ...AGREES, counts: 2, reservations: 2 });
    });

    it('but not what is held by too many reservations to add up', async () => {
      await admit(5n);
      await client.hset(key('held'), field(1), '0 9');
      const add = "for i = 1, 100000 do redis.call('HSET', KEYS[1], i, '') end";
      await client.eval(add, 1, key('entries'));
      await expect(audit(true)).resolves.toEqual({ ...AGREES, counts: 2, reservations: 1, heldCompared: false });
    });

    it('however many there are', async () => {
      const many = Array.from({ length: 1_100 }, (_, i) => world.order([world.claim(1, 1n, { subject: `s${i}` })]));
      await Promise.all(many.map(({ claims }) => world.addCount(1, claims[0]?.count.subject)));
      await store.reserve(many);
      await client.del(key('entries'));
      const first = await audit(true);
      expect(first).toMatchObject({ reservations: 1_100, moreDifferences: 100, moreMissing: 100, repaired: true });
      expect([first?.differences.length, first?.missing.length]).toEqual([1_000, 1_000]);
      expect(new Set([...(first?.missing ?? []), ...many.map(({ reservationId }) => reservationId)]).size).toBe(1_100);
      await expect(audit()).resolves.toMatchObject({ ...AGREES, reservations: 1_100 });
    });
  });

  describe('is not misled by what goes on', () => {
    const ACTIVE = "state = 'active' and (expires_at";
    const USAGE = 'left join quota_count';

    it('when a reservation ends after Postgres named it', async () => {
      const [one] = await admit(5n, 6n);
      const busy = open(during(ACTIVE, 'after', () => store.finish([world.finished(one as ReserveOrder, 'released')])));
      await expect(audit(true, busy)).resolves.toMatchObject({ ...AGREES, reservations: 2 });
    });

    it('when Redis has not been told yet that one has ended, or of usage', async () => {
      const [one] = await admit(5n, 6n);
      await applyToCounts(dataSource.manager, {
        finished: [world.finished(one as ReserveOrder, 'settled', [4n, 4n])],
      });
      await expect(audit(true)).resolves.toMatchObject({ ...AGREES, counts: 2, reservations: 1 });
    });

    it.each(['before', 'after'] as const)('when more usage is metered %s Postgres is asked', async (when) => {
      await looked();
      await meter(4n);
      await applyToCounts(dataSource.manager, {
        metered: {
          ...{ accountId: world.accountId, at: world.start, reservationIds: [] },
          usage: [{ count: world.count(1), amount: 1n }],
        },
      });
      const busy = open(during(USAGE, when, () => meter(3n)));
      await expect(audit(true, busy)).resolves.toMatchObject({ ...AGREES, counts: 2 });
    });

    it('when the counts are made anew: it begins again', async () => {
      const [one] = await admit(5n, 6n);
      await client.hdel(key('entries'), one?.reservationId ?? '');
      const busy = open(
        during(ACTIVE, 'after', async () => {
          await client.flushall();
          await looked();
        }),
      );
      await expect(audit(true, busy)).resolves.toMatchObject({ ...AGREES, reservations: 2 });
    });

    it('when Redis loses them: it says nothing', async () => {
      await admit(5n, 6n);
      const busy = open(during(ACTIVE, 'after', () => client.flushall()));
      await expect(audit(true, busy)).resolves.toBeUndefined();
    });

    it('when nobody can reach Redis: it says so', async () => {
      await admit(5n);
      const gone = new Redis(redis.url);
      await gone.ping();
      gone.disconnect();
      await expect(new RedisQuotaStore(dataSource, gone).audit(world.accountId, true)).rejects.toThrow(
        CountsUnavailableError,
      );
    });

    it('by all of it at once, in the midst of which it finds what is wrong', async () => {
      const processes = [open(), open(), open()];
      const traffic = await Traffic.start(world, processes, { compares: false });
      const stopping = new AbortController();
      const metering = (async () => {
        for (let i = 0; !stopping.signal.aborted; i += 1) {
          const amount = i % 2 === 0 ? 1n : -1n;
          await world.meter(processes[i % 3] as QuotaStore, [{ count: world.count(2), amount }]);
        }
      })();
      const other = open(database.dataSource);
      const compare = (repair = false) =>
        eventually(async () => {
          const found = await audit(repair, other);
          if (!found) throw new Error('the counts are made anew');
          return found;
        });
      const agreeForAWhile = async () => {
        const until = performance.now() + WHILE_MS;
        for (let n = 0; n < COMPARISONS || performance.now() < until; n += 1) {
          expect(await compare()).toMatchObject(AGREES);
        }
      };
      try {
        await agreeForAWhile();
        await client.hset(key('held'), '9/0/', '0 3');
        const wrong = [{ name: { seriesId: '9' }, part: 'held', counted: 3n, expected: 0n }];
        expect(await compare(true)).toMatchObject({ differences: wrong, missing: [], repaired: true });
        await agreeForAWhile();
      } finally {
        stopping.abort();
        await metering;
        await traffic.stop();
      }
      expect(traffic.figures()).toMatchObject({ faults: [] });
      expect(traffic.admitted).toBeGreaterThan(0);
      const left = await traffic.left(store);
      await expect(traffic.truths()).resolves.toEqual(left);
    });
  });
});
