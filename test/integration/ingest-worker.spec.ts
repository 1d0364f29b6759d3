import { FLUSH_STORE, type FlushStore, INBOX, type Inbox } from '#ingest';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { read, send, sendAndWait, usageEvent } from '../support/usage-events.js';

const NO_REDIS = 'redis://127.0.0.1:1';

describe('the ingest worker', () => {
  let database: TestDatabase;
  const apps: TestApp[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    await database.drop();
  });

  const start = async (options: Parameters<typeof startTestApp>[0] = {}) => {
    const app = await startTestApp({ database, ...options });
    apps.push(app);
    return app;
  };
  const number = async (query: string) => {
    const [row] = await database.dataSource.query<{ n: string }[]>(`select (${query})::int8 as n`);
    return Number(row?.n);
  };
  const waiting = () => number('select count(*) from ingest_inbox where finished_at is null');
  const untilDone = () => eventually(async () => expect(await waiting()).toBe(0));

  it('finishes what the queue never heard of', async () => {
    const api = await start({ roles: 'api', redisUrl: NO_REDIS });
    expect(await send(api, [usageEvent('a'), usageEvent('b')])).toMatchObject({ status: 202 });
    expect(await waiting()).toBe(1);
    expect((await sendAndWait(api, usageEvent('c'), { prefer: 'wait=1' })).status).toBe(202);
    await eventually(async () =>
      expect(await (await api.request('GET', '/metrics')).text()).toMatch(/apportion_ingest_wake_failures_total [1-9]/),
    );
    await start({ roles: 'worker', env: { APPORTION_SWEEP_INTERVAL_MS: '50' } });
    await untilDone();
    expect(await number('select sum(requests) from metered_usage')).toBe(3);
    expect(await number('select count(*) from ingest_inbox where payload is not null')).toBe(0);
  });

  // Few are asked for one by one, many are copied in.
  it.each([
    { count: 120, senders: 12, flushMax: '40' },
    { count: 1_500, senders: 6, flushMax: '1500' },
  ])(
    'counts once the $count events that two workers and $senders senders fight for',
    async ({ count, senders, flushMax }) => {
      const env = {
        APPORTION_SWEEP_INTERVAL_MS: '50',
        APPORTION_WORKER_CONCURRENCY: '4',
        APPORTION_FLUSH_MAX_EVENTS: flushMax,
      };
      const api = await start({ roles: 'api' });
      await start({ roles: 'worker', env });
      await start({ roles: 'worker', env });
      const events = Array.from({ length: count }, (_, i) =>
        usageEvent(`e${i}`, { team: `team-${i % 7}`, tokens: { output: 1 + i } }),
      );
      const shuffled = (seed: number) => [...events].sort((a, b) => order(a.id, seed) - order(b.id, seed));
      const answers = await Promise.all(Array.from({ length: senders }, (_, seed) => sendAndWait(api, shuffled(seed))));
      expect(answers.map(({ status }) => status)).toEqual(Array(senders).fill(200));
      const total = (field: string) => answers.reduce((sum, { body }) => sum + Number(body[field]), 0);
      expect([total('accepted'), total('duplicates')]).toEqual([count, (senders - 1) * count]);
      expect(await number('select sum(output) from metered_usage')).toBe((count * (count + 1)) / 2);
      expect(await number('select count(*) from usage_event')).toBe(count);
    },
  );

  it('takes no more into a flush than fits, and shares the rest out', async () => {
    const api = await start({ roles: 'api', env: { APPORTION_COALESCE_MS: '0' } });
    const many = (name: string, count: number) => Array.from({ length: count }, (_, i) => usageEvent(`${name}-${i}`));
    for (let i = 0; i < 8; i += 1) await send(api, usageEvent(`single-${i}`));
    for (const name of ['a', 'b', 'c', 'd']) await send(api, many(name, 15));
    await send(api, many('large', 50));
    const store = api.app.get<FlushStore>(FLUSH_STORE, { strict: false });
    const sizes = (rows: readonly { readonly eventCount: number }[]) => rows.map(({ eventCount }) => eventCount);
    await store.transact(async (one) => {
      expect(sizes(await one.claim(20))).toEqual(Array(8).fill(1));
      await store.transact(async (other) => {
        expect(sizes(await other.claim(35))).toEqual([15, 15]);
        expect(sizes(await store.transact((third) => third.claim(30)))).toEqual([15]);
        expect(sizes(await store.transact((third) => third.claim(1_000)))).toEqual([15, 15, 50]);
      });
    });
    await database.dataSource.query('delete from ingest_inbox where event_count < 50');
    expect(sizes(await store.transact((alone) => alone.claim(20)))).toEqual([50]);
  });

  it('sets aside the one event that the database refuses, and counts the others', async () => {
    const api = await start();
    await sendAndWait(api, usageEvent('first', { team: 'full' }));
    // One token below what the column holds: the next event of this bucket cannot be added.
    await database.dataSource.query('update metered_usage set input_uncached = 9223372036854775807');
    const others = Array.from({ length: 20 }, (_, i) => usageEvent(`other-${i}`, { team: `team-${i}` }));
    const { status, body } = await sendAndWait(api, [
      ...others.slice(0, 13),
      usageEvent('straw', { team: 'full' }),
      ...others.slice(13),
    ]);
    expect({ status, body }).toMatchObject({ status: 207, body: { accepted: 20, rejected: 1 } });
    expect(body.events).toContainEqual(
      expect.objectContaining({
        index: 13,
        code: 'event.unprocessable',
        detail: expect.stringContaining('bigint out of range'),
      }),
    );
    expect(await number(`select count(*) from event_identity`)).toBe(21);
    await database.dataSource.query('update metered_usage set input_uncached = 0 where input_uncached > 1000000');
    const [kept] = await database.dataSource.query<{ quarantine_id: string }[]>('select quarantine_id from quarantine');
    const replayed = await read(await api.request('POST', `/v1/quarantine/${kept?.quarantine_id ?? ''}/replay`));
    expect(replayed.status).toBe(202);
    await untilDone();
    expect(await number('select sum(requests) from metered_usage')).toBe(22);
  });

  it('sets aside a row that is not what we write', async () => {
    const api = await start({ roles: 'api' });
    const { headers } = await send(api, [usageEvent('a'), usageEvent('b')]);
    await database.dataSource.query(`update ingest_inbox set payload = '{"version":99}'`);
    await send(api, usageEvent('c'));
    await start({ roles: 'worker' });
    await untilDone();
    expect(await read(await api.request('GET', headers.get('location') ?? ''))).toMatchObject({
      body: { state: 'done', rejected: 2 },
    });
    expect(await number('select count(*) from usage_event')).toBe(1);
    expect(await database.dataSource.query(`select code, convert_from(raw, 'utf8') as raw from quarantine`)).toEqual([
      { code: 'event.unprocessable', raw: '{"version":99}' },
    ]);
  });

  it('pushes back while nobody works, and takes on again', async () => {
    const env = { APPORTION_INBOX_MAX_WAITING_EVENTS: '3', APPORTION_INBOX_MAX_AGE_MS: '1000' };
    const api = await start({ roles: 'api', env });
    expect(
      (
        await send(
          api,
          [1, 2, 3, 4].map((i) => usageEvent(`e${i}`)),
        )
      ).status,
    ).toBe(202);
    const pushed = await send(api, usageEvent('late'));
    expect(pushed).toMatchObject({
      status: 429,
      body: { code: 'ingest.overloaded', detail: expect.stringContaining('4 events wait') },
    });
    expect(Number(pushed.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await database.dataSource.query('update ingest_inbox set event_count = 1');
    api.clock.set(api.clock.now() + 20_000);
    // It looks at what waits now and then, and what is sent meanwhile goes by what it saw.
    await eventually(async () => {
      const old = await send(api, usageEvent('old'));
      expect(old).toMatchObject({
        status: 429,
        body: { detail: expect.stringMatching(/ 1 events wait, the oldest for \d\d s/) },
      });
      expect(Number(old.headers.get('retry-after'))).toBeGreaterThanOrEqual(20);
    });
    await start({ roles: 'worker', env: { APPORTION_SWEEP_INTERVAL_MS: '50' } });
    await untilDone();
    await eventually(async () => expect((await send(api, usageEvent('again'))).status).toBe(202));
  });

  it('writes down the cost centre of the time, and no team when told so', async () => {
    const api = await start({ env: { APPORTION_UNKNOWN_TEAMS: 'unattributed' } });
    await api.request('POST', '/v1/teams', { team: 'search', costCenter: 'CC-1' });
    await api.request('PUT', '/v1/teams/search', { costCenter: 'CC-2', validFrom: '2026-11-01T12:00:00Z' });
    await sendAndWait(api, [
      usageEvent('before', { occurredAt: '2026-11-01T11:59:59.999Z' }),
      usageEvent('after', { occurredAt: '2026-11-01T12:00:00Z' }),
      usageEvent('stranger', { team: 'stranger' }),
    ]);
    expect(
      await database.dataSource.query(
        `select event_id, team, cost_center from usage_event join usage_dimension using (account_id, dimension_id) order by 1`,
      ),
    ).toEqual([
      { event_id: 'after', team: 'search', cost_center: 'CC-2' },
      { event_id: 'before', team: 'search', cost_center: 'CC-1' },
      { event_id: 'stranger', team: 'stranger', cost_center: null },
    ]);
    expect(await number(`select count(*) from team where team = 'stranger'`)).toBe(0);
  });

  it('forgets the outcomes of batches done long ago, and no waiting event', async () => {
    const api = await start({ roles: 'api' });
    await send(api, usageEvent('waits'));
    await send(api, { id: 'refused' });
    const inbox = api.app.get<Inbox>(INBOX, { strict: false });
    expect(await inbox.purge(api.clock.now() + 1_000, 10)).toBe(1);
    expect(await inbox.purge(api.clock.now() + 1_000, 10)).toBe(0);
    expect(await waiting()).toBe(1);
    expect(await number('select count(*) from quarantine')).toBe(1);
  });

  it('keeps house from the start: old outcomes go however many, the coming month is there', async () => {
    await start({ roles: 'api' });
    await database.dataSource.query(`
      insert into ingest_inbox (account_id, inbox_id, received_at, event_count, finished_at)
      select 1, gen_random_uuid(), now() - interval '60 days', 1, now() - interval '60 days'
      from generate_series(1, 11000)`);
    const worker = await start({ roles: 'worker', env: { APPORTION_SWEEP_INTERVAL_MS: '50' } });
    await eventually(async () => expect(await number('select count(*) from ingest_inbox')).toBe(0));
    const now = new Date(worker.clock.now());
    const months = [0, 1].map((later) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later)));
    for (const month of months) {
      const table = `usage_event_${month.toISOString().slice(0, 7).replace('-', '_')}`;
      expect(await number(`select count(*) from pg_inherits where inhrelid = to_regclass('${table}')`)).toBe(1);
    }
  });
});

function order(id: unknown, seed: number): number {
  return (Number(String(id).slice(1)) * (seed * 2 + 7)) % 121;
}
