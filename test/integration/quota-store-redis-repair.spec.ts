import { Redis } from 'ioredis';
import type { ClientBase } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { PreparedStatement } from '#platform';
import { CountsUnavailableError, type QuotaStore, type ReserveOrder } from '#quota';
import { RedisQuotaStore } from '../../libs/quota/adapter/redis/redis-quota-store.js';
import { SqlQuotaStore } from '../../libs/quota/adapter/sql-quota-store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { QuotaWorld } from '../support/quota/world.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const TTL_MS = 10_000;

describe('the quota store in Redis, when something is in its way', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let client: Redis;
  let dataSource: DataSource;
  let world: QuotaWorld;
  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startTestRedis({ appendonly: 'no' })]);
    client = new Redis(redis.url);
    dataSource = await new DataSource({ type: 'postgres', url: database.url, poolSize: 8 }).initialize();
  });
  beforeEach(async () => {
    world = await QuotaWorld.create(database);
    await world.addCount(1);
  });
  afterAll(async () => {
    client.disconnect();
    await dataSource.destroy();
    await Promise.all([database.drop(), redis.stop()]);
  });

  const order = (amount: bigint) => world.order([world.claim(1, amount, { ceiling: 10n })], { ttlMs: TTL_MS });
  const open = (source = dataSource) => new RedisQuotaStore(source, client);
  const total = async (store: QuotaStore) => (await store.look([world.claim(1, 0n)]))[0];
  const outcome = async (store: QuotaStore, asked: ReserveOrder) => (await store.reserve([asked]))[0]?.outcome;
  const key = (name: string) => `{quota:${world.accountId}}:${name}`;
  const later = () => world.start + TTL_MS;

  /** A database that does something else first, once, when it is asked to keep what was decided. */
  function before(keeping: () => Promise<void>): DataSource {
    let waiting: (() => Promise<void>) | undefined = keeping;
    const createQueryRunner = (): QueryRunner => {
      const runner = dataSource.createQueryRunner();
      const connected = runner.connect.bind(runner) as () => Promise<ClientBase>;
      const connect = async () => {
        const client = await connected();
        const query = async (statement: PreparedStatement, ...rest: never[]): Promise<unknown> => {
          if (statement.name === 'quota_keep') {
            const now = waiting;
            waiting = undefined;
            await now?.();
          }
          return client.query(statement, ...rest);
        };
        return Object.assign(Object.create(client) as ClientBase, { query });
      };
      return Object.assign(runner, { connect });
    };
    const other = Object.assign(Object.create(dataSource) as DataSource, { createQueryRunner });
    const manager = Object.assign(Object.create(dataSource.manager) as EntityManager, { dataSource: other });
    return Object.assign(other, { manager });
  }

  it('keeps nothing that was decided on counts that somebody else was naming anew', async () => {
    const naming = dataSource.createQueryRunner();
    let madeAnew = 0;
    const store = new RedisQuotaStore(
      before(async () => {
        // Holds the account's lock until whoever is about to keep waits for it.
        await naming.startTransaction();
        await naming.query(`select pg_advisory_xact_lock(hashtext('quota'), $1)`, [world.accountId]);
        await naming.query('update quota_generation set generation = gen_random_uuid() where account_id = $1', [
          world.accountId,
        ]);
        void eventually(async () => {
          const waiting = `select from pg_locks where locktype = 'advisory' and not granted and objid = $1::oid`;
          expect(await naming.query(waiting, [world.accountId])).toHaveLength(1);
        }).finally(() => naming.commitTransaction());
      }),
      client,
      () => {
        madeAnew += 1;
      },
    );
    expect(await outcome(open(), order(1n))).toBe('admitted');
    expect(await outcome(store, order(2n))).toBe('admitted');
    await naming.release();
    // Not by what it was decided on first.
    expect(madeAnew).toBe(1);
    expect(await total(open())).toBe(3n);
    await expect(open().audit(world.accountId, false)).resolves.toMatchObject({ differences: [], missing: [] });
  });

  it('keeps nothing that was decided on counts that were lost meanwhile', async () => {
    const other = open();
    const store = open(
      before(async () => {
        await client.flushall();
        expect(await outcome(other, order(8n))).toBe('admitted');
      }),
    );
    // It was admitted once, and is asked anew.
    await expect(store.reserve([order(8n)])).resolves.toEqual([{ outcome: 'refused', before: [8n] }]);
    await expect(total(other)).resolves.toBe(8n);
    await expect(world.truth(1)).resolves.toEqual({ held: 8n, total: 8n });
  });

  it('holds what may have been kept until it is due, and no longer', async () => {
    const store = open();
    const kept = order(2n);
    await store.reserve([kept]);
    const cut = open(
      before(() => {
        throw new Error('Connection terminated unexpectedly');
      }),
    );
    await expect(cut.reserve([order(5n)])).resolves.toEqual([
      { outcome: 'undecided', error: expect.any(CountsUnavailableError) },
    ]);
    await store.expire(later() - 1, 100);
    await expect(total(store)).resolves.toBe(7n);
    const before7 = await client.get(key('stamp'));
    await store.extend(world.accountId, kept.reservationId, world.start, later() + 1);
    await store.expire(later(), 100);
    await expect(total(store)).resolves.toBe(2n);
    // What was decided before and comes to be kept only now is not.
    expect(await client.get(key('stamp'))).not.toBe(before7);
    expect(await outcome(store, order(8n))).toBe('admitted');
    expect(await outcome(cut, order(1n))).toBe('refused');
  });

  it('gives back what the database refuses', async () => {
    const store = open();
    const wrong = { ...order(5n), request: 'not JSON' };
    await expect(store.reserve([wrong])).resolves.toMatchObject([{ outcome: 'undecided' }]);
    await expect(total(store)).resolves.toBe(0n);
  });

  it('keeps on what is there when an id comes again', async () => {
    const store = open();
    const first = order(5n);
    await store.reserve([first]);
    await expect(store.reserve([first])).resolves.toMatchObject([{ outcome: 'undecided' }]);
    await expect(total(store)).resolves.toBe(5n);
  });

  it('settles without Redis, and tells it when it is there again', async () => {
    const store = open();
    const [used, over] = [order(4n), order(3n)];
    await store.reserve([used, over]);
    const gone = new Redis(redis.url);
    await gone.ping();
    gone.disconnect();
    const alone = new RedisQuotaStore(dataSource, gone);
    await expect(
      alone.finish([world.finished(used, 'settled', [6n]), world.finished(over, 'released')]),
    ).resolves.toEqual([
      { before: 'active', after: 'settled' },
      { before: 'active', after: 'released' },
    ]);
    await expect(alone.reserve([order(1n)])).resolves.toEqual([
      { outcome: 'undecided', error: expect.any(CountsUnavailableError) },
    ]);
    await expect(alone.look([world.claim(1, 0n)])).rejects.toThrow(CountsUnavailableError);
    await expect(alone.extend(world.accountId, over.reservationId, world.start, later())).resolves.toBeUndefined();
    await expect(total(store)).resolves.toBe(7n);
    await store.expire(world.start, 100);
    await expect(total(store)).resolves.toBe(6n);
  });

  it('makes anew all that is under way, however many there are', async () => {
    const made: number[] = [];
    const store = new RedisQuotaStore(dataSource, client, (accountId) => made.push(accountId));
    const many = Array.from({ length: 1_200 }, () => world.order([world.claim(1, 1_000_000_001n)]));
    await store.reserve(many);
    await client.flushall();
    await store.finish(many.slice(0, 200).map((of) => world.finished(of, 'released')));
    await expect(total(store)).resolves.toBe(1_000n * 1_000_000_001n);
    expect(made).toEqual([world.accountId, world.accountId]);
    await store.expire(world.start + 3_600_000, 10_000);
    await expect(total(store)).resolves.toBe(0n);
    expect(await client.exists(key('held'), key('entries'), key('due'))).toBe(0);
  });

  it('makes its counts anew when one of them is less than nothing', async () => {
    const store = open();
    const [one, two] = [order(3n), order(4n)];
    await store.reserve([one, two]);
    await client.del(key('held'));
    await store.finish([world.finished(one, 'released')]);
    expect(await client.exists(key('stamp'))).toBe(0);
    await expect(total(store)).resolves.toBe(4n);
    expect(await outcome(store, order(7n))).toBe('refused');
  });

  it('reads usage again when Redis has forgotten it', async () => {
    const store = open();
    await world.meter(store, [{ count: world.count(1), amount: 7n }]);
    expect(await outcome(store, order(4n))).toBe('refused');
    await client.del(key('used'));
    await world.meter(store, [{ count: world.count(1), amount: 1n }]);
    await expect(total(store)).resolves.toBe(8n);
  });

  it('tells a late and an early revision of usage apart', async () => {
    const store = open();
    await expect(total(store)).resolves.toBe(0n);
    await world.meter(store, [{ count: world.count(1), amount: 7n }]);
    const field = `1/${world.start}/`;
    expect(await client.hget(key('used'), field)).toBe('1 0 7');
    await world.meter(store, [{ count: world.count(1), amount: -7n }]);
    expect(await client.hget(key('used'), field)).toBe('2 0 0');
  });

  describe('after the other store', () => {
    it('goes on with what is held and used, and the other way round', async () => {
      const [first, second] = [order(2n), order(3n)];
      const postgres = new SqlQuotaStore(dataSource);
      await postgres.reserve([first]);
      await world.meter(postgres, [{ count: world.count(1), amount: 1n }]);
      const store = open();
      await expect(store.reserve([second])).resolves.toEqual([{ outcome: 'admitted', before: [3n] }]);
      const back = new SqlQuotaStore(dataSource);
      await expect(back.reserve([order(4n)])).resolves.toEqual([{ outcome: 'admitted', before: [6n] }]);
      await back.finish([first, second].map((of) => world.finished(of, 'released')));
      await expect(back.look([world.claim(1, 0n)])).resolves.toEqual([5n]);
    });

    it('leaves it to those that were started later', async () => {
      const unavailable = [{ outcome: 'undecided', error: expect.any(CountsUnavailableError) }];
      const postgres = new SqlQuotaStore(dataSource);
      await postgres.reserve([order(2n)]);
      const store = open();
      await store.reserve([order(2n)]);
      await expect(postgres.reserve([order(1n)])).resolves.toEqual(unavailable);
      await new SqlQuotaStore(dataSource).reserve([order(2n)]);
      await expect(store.reserve([order(1n)])).resolves.toEqual(unavailable);
      await expect(world.truth(1)).resolves.toEqual({ held: 6n, total: 6n });
    });
  });
});
