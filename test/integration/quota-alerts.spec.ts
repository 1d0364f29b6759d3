import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { putQuota } from '../support/quota/put-quota.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const NOON = Date.UTC(2026, 10, 25, 12);

interface Told {
  topic: string;
  deduplication_key: string;
  team: string | null;
  title: string;
  payload: Record<string, string | number>;
}

describe('alerts of quotas', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(NOON);
  });
  afterAll(() => app.close());

  const use = async (id: string, team: string, output: number, occurredAt = '2026-11-25T11:00:00Z') => {
    const event = usageEvent(id, { team, tokens: { output }, occurredAt });
    expect((await sendAndWait(app, event)).status).toBe(200);
  };
  const told = (quota: string) =>
    app.database.dataSource.query<Told[]>(
      `select topic, deduplication_key, team, title, payload from notification
       where payload->>'quota' = $1 order by topic, (payload->>'percent')::int`,
      [quota],
    );
  const kinds = async (quota: string) =>
    (await told(quota)).map(({ topic, payload }) => `${topic} ${payload.percent ?? ''}`.trim());
  const team = (name: string) => ({ level: 'team', name, team: null, tagKey: null }) as const;

  it('tell each threshold once, of what was used and of what will be', async () => {
    await putQuota(app, 'watched', {
      measure: 'output_tokens',
      limit: 1000n,
      action: 'notify',
      subject: team('search'),
    });
    await use('a-1', 'search', 450);
    await use('a-2', 'search', 60);
    const half = ['quota.forecast_reached 100', 'quota.threshold_reached 50'];
    await eventually(async () => expect(await kinds('watched')).toEqual(half));
    await use('a-3', 'search', 1000);
    const all = [...half, 'quota.threshold_reached 80', 'quota.threshold_reached 100'];
    await eventually(async () => expect(await kinds('watched')).toEqual(all));
    const [, first] = await told('watched');
    expect(first).toMatchObject({
      team: 'search',
      title: 'watched: search has used 50% of its limit',
      payload: { level: 'team', subject: 'search', measure: 'output_tokens', used: '510', limit: '1000' },
    });
    // A process that knows nothing of what was told tells nothing again.
    const other = await startTestApp({ database: app.database, roles: 'worker', now: NOON });
    try {
      await use('a-4', 'search', 1);
      await use('a-5', 'fresh', 1);
      await putQuota(app, 'fresh', { measure: 'output_tokens', limit: 1n, subject: team('fresh') });
      await eventually(async () => expect(await kinds('fresh')).toHaveLength(4));
      expect(await kinds('watched')).toEqual(all);
    } finally {
      await other.close();
    }
  });

  it('tell what is unlike the days before', async () => {
    await putQuota(app, 'history', { measure: 'output_tokens', limit: 1_000_000n, subject: team('steady') });
    const series = `(select series_id from quota_version where quota = 'history')`;
    await app.database.dataSource.query(
      `insert into quota_count (account_id, series_id, subject, window_start, window_end, used)
       select 1, ${series}, 'steady', d, d + interval '1 day', 100 + extract(day from d)
       from generate_series(timestamptz '2026-11-15Z', timestamptz '2026-11-24Z', interval '1 day') d`,
    );
    await use('h-1', 'steady', 200);
    await use('h-2', 'steady', 400);
    await eventually(async () => expect(await kinds('history')).toEqual(['quota.anomaly']));
    expect((await told('history'))[0]?.payload).toMatchObject({ used: '600', usual: '120' });
  });
});
