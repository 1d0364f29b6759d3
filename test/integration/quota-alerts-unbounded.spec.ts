import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { putQuota } from '../support/quota/put-quota.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 25, 12);

interface Told {
  topic: string;
  key: string;
  title: string;
  text: string;
  payload: Record<string, string | number | null>;
}

describe.each(['Postgres', 'Redis'])('alerts of windows that have no start, counted in %s', (store) => {
  let app: TestApp;
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    if (store === 'Redis') redis = await startTestRedis();
    app = await startTestApp({ env: redis ? { APPORTION_QUOTA_REDIS_URL: redis.url } : {} });
  });
  afterAll(async () => {
    await app.close();
    await redis?.stop();
  });

  const told = (quota: string) =>
    app.database.dataSource.query<Told[]>(
      `select topic, deduplication_key as key, title, text, payload from notification
       where payload->>'quota' = $1 order by split_part(deduplication_key, '/', 3), (payload->>'percent')::int`,
      [quota],
    );
  /** `percent hour` in the order of time: the hour in which the stretch begins that it is told for. */
  const thresholds = async (quota: string) =>
    (await told(quota)).map(({ topic, key, payload }) => {
      expect(topic).toBe('quota.threshold_reached');
      return `${payload.percent} ${new Date(Number(key.split('/')[2])).toISOString().slice(8, 13)}`;
    });
  const toldAre = (quota: string, expected: readonly string[]) =>
    eventually(async () => expect(await thresholds(quota)).toEqual(expected));

  it('tell a threshold of a rolling window as it is crossed, once in the length of the window', async () => {
    app.clock.set(NOON);
    const window = { kind: 'rolling', lengthMs: 24 * HOUR } as const;
    const subject = { level: 'team', name: 'roll', team: null, tagKey: null } as const;
    await putQuota(app, 'rolling', { measure: 'output_tokens', limit: 1000n, action: 'notify', window, subject });
    let events = 0;
    const use = async (at: number, output: number) => {
      app.clock.set(at);
      events += 1;
      const occurredAt = new Date(at).toISOString();
      const event = usageEvent(`roll-${events}`, { team: 'roll', tokens: { output }, occurredAt });
      expect((await sendAndWait(app, event)).status).toBe(200);
    };
    await use(NOON + MINUTE, 450);
    await use(NOON + 2 * MINUTE, 60);
    await toldAre('rolling', ['50 25T00']);
    const [first] = await told('rolling');
    expect(first).toMatchObject({
      title: 'rolling: roll has used 50% of its limit',
      payload: { used: '510', limit: '1000', windowStart: '2026-11-24T12:00:00Z' },
    });
    expect(first?.text).toMatch(
      /^510 of 1000 \(output_tokens\) in the rolling window from 2026-11-24T12:00:00Z to 2026-11-25T12:0\d:\d\d\.?\d*Z\.$/,
    );
    await use(NOON + 10 * HOUR, 300);
    await toldAre('rolling', ['50 25T00', '80 25T00']);
    // What was used first does not count any more: it is come to once more.
    await use(NOON + 25 * HOUR, 250);
    await toldAre('rolling', ['50 25T00', '80 25T00', '50 26T00']);
    expect((await told('rolling'))[2]?.payload).toMatchObject({ used: '550' });
  });

  it('tell what is under way of concurrent requests, once an hour', async () => {
    const hour = NOON + 48 * HOUR;
    app.clock.set(hour + MINUTE);
    const subject = { level: 'team', name: 'busy', team: null, tagKey: null } as const;
    const now = { measure: 'concurrent_requests', window: { kind: 'now' } } as const;
    await putQuota(app, 'at-once', { ...now, limit: 10n, subject });
    const reserve = async () => {
      const wish = { subject: { team: 'busy' }, model: 'gpt-4o', provider: 'openai', ttlMs: 8 * HOUR };
      const response = await app.request('POST', '/v1/quota/reservations', {
        ...wish,
        estimate: { inputTokens: 1, outputTokens: 1 },
      });
      expect(response.status).toBe(201);
      return ((await response.json()) as { reservationId: string }).reservationId;
    };
    const ids: string[] = [];
    const hold = async (many: number) => {
      for (let i = 0; i < many; i += 1) ids.push(await reserve());
    };
    const release = async () => {
      const ended = await app.request('POST', `/v1/quota/reservations/${ids.pop()}/release`, {});
      expect(ended.status).toBe(200);
    };
    await hold(5);
    await toldAre('at-once', ['50 27T12']);
    const [first] = await told('at-once');
    expect(first).toMatchObject({
      title: 'at-once: busy is at 50% of its limit',
      payload: { used: '5', limit: '10', measure: 'concurrent_requests', windowStart: null, windowEnd: null },
    });
    expect(first?.text).toMatch(/^5 of 10 \(concurrent_requests\) at 2026-11-27T12:0\d:\d\d\.?\d*Z\.$/);
    await release();
    await hold(4);
    await toldAre('at-once', ['50 27T12', '80 27T12']);
    // Fewer are under way in the next hour; that there are none at 80 % any more is told by nothing.
    for (let i = 0; i < 2; i += 1) await release();
    app.clock.set(hour + HOUR + MINUTE);
    await toldAre('at-once', ['50 27T12', '80 27T12', '50 27T13']);
    expect((await told('at-once'))[2]?.payload).toMatchObject({ used: '6' });
    // Of another limit people hear anew.
    await putQuota(app, 'at-once', { ...now, limit: 12n, subject });
    await toldAre('at-once', ['50 27T12', '80 27T12', '50 27T13', '50 27T13']);
  });
});
