import { Webhook } from 'standardwebhooks';
import { CHANNELS, type Channels, DELIVERIES, type Deliveries, type Delivery } from '#notification';
import { startTestApp, type TestApp } from '../support/app.js';
import { query } from '../support/billing.js';
import { eventually } from '../support/eventually.js';
import { makeChannel, NOTIFY_ENV, notificationOf, tell } from '../support/notifications.js';
import { type Received, type Receiver, startReceiver } from '../support/receiver.js';

const NOON = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;

describe('the worker of notifications', () => {
  let app: TestApp;
  let receiver: Receiver;
  const others: TestApp[] = [];
  beforeEach(async () => {
    receiver = await startReceiver();
    app = await startTestApp({ env: NOTIFY_ENV, now: NOON });
  });
  afterEach(async () => {
    // First, so that no attempt hangs on.
    await receiver.close();
    for (const other of others.splice(0)) await other.close();
    await app.close();
  });
  /** On the same database. */
  const startAnother = async (now: number) =>
    others.push(await startTestApp({ database: app.database, roles: 'worker', env: NOTIFY_ENV, now }));

  const channels = () => app.app.get<Channels>(CHANNELS);
  const deliveries = (channel?: string) =>
    app.app.get<Deliveries>(DELIVERIES).list({ accountId: 1, channel, state: undefined, after: undefined, limit: 100 });
  const webhook = (channel: string, more = {}) =>
    makeChannel(app, { channel, kind: 'webhook', url: `${receiver.url}/${channel}`, ...more });
  const ended = (channel: string, state: Delivery['state']) =>
    eventually(async () => {
      const [delivery] = await deliveries(channel);
      expect(delivery?.state).toBe(state);
      return delivery as Delivery;
    });
  const attempted = (channel: string, times: number) =>
    eventually(async () => {
      const [delivery] = await deliveries(channel);
      expect(delivery?.attempts.filter(({ outcome }) => outcome !== 'sending')).toHaveLength(times);
      return delivery as Delivery;
    });
  const at = (path: string): Received[] => receiver.received.filter((one) => one.path === path);

  it('sends each notification to each channel whose topics and teams it is of, once', async () => {
    await webhook('all');
    await webhook('quotas-of-ads', { topics: ['quota.*'], teams: ['ads'] });
    await webhook('closes', { topics: ['close.*', 'quota.forecast'] });
    await tell(app, notificationOf('a'), notificationOf('b', { team: 'ads' }), notificationOf('a'));
    await tell(app, notificationOf('c', { topic: 'close.done', team: null }), notificationOf('b', { team: 'ads' }));
    await eventually(() => expect(receiver.received).toHaveLength(5));
    await eventually(async () =>
      expect((await deliveries()).map(({ state }) => state)).toEqual(Array(5).fill('delivered')),
    );
    const titles = (path: string) =>
      at(path)
        .map(({ body }) => (JSON.parse(body) as { data: { title: string } }).data.title)
        .sort();
    expect(titles('/all')).toEqual(['a was reached', 'b was reached', 'c was reached']);
    expect(titles('/quotas-of-ads')).toEqual(['b was reached']);
    expect(titles('/closes')).toEqual(['c was reached']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(5);
  });

  it('sends each once where several workers send at a time', async () => {
    await webhook('one');
    await webhook('two');
    await webhook('three');
    await Promise.all([startAnother(NOON), startAnother(NOON)]);
    await tell(app, ...Array.from({ length: 60 }, (_, n) => notificationOf(`n-${n}`)));
    await eventually(async () => {
      const left = `select 1 from notification_delivery where state <> 'delivered'`;
      expect(await query(app.database.url, left)).toEqual([]);
      expect(receiver.received.length).toBeGreaterThanOrEqual(180);
    });
    expect(receiver.received).toHaveLength(180);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(180);
  });

  it('signs webhooks so that the library of the specification believes them', async () => {
    const secret = await webhook('signed');
    // That library does not let its clock be moved.
    app.clock.set(Date.now());
    await tell(app, notificationOf('naïve – 80 %'));
    const delivery = await ended('signed', 'delivered');
    const [{ headers, body }] = receiver.received as [Received];
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(verified).toMatchObject({
      type: 'quota.threshold_reached',
      timestamp: '2026-11-20T12:00:00Z',
      data: { title: 'naïve – 80 % was reached', team: 'search', details: { limit: '100.00' } },
    });
    expect(headers).toMatchObject({ 'webhook-id': delivery.deliveryId, 'content-type': 'application/json' });
    expect(delivery.attempts).toEqual([
      {
        ...{ attempt: 1, outcome: 'delivered', httpStatus: 204, error: null },
        at: expect.any(Number),
        durationMs: expect.any(Number),
      },
    ]);
  });

  it('signs with both secrets while they change, and with the new one alone after that', async () => {
    const first = await webhook('turned');
    const rotated = await channels().rotateSecret({ accountId: 1, apiKeyId: null }, 'turned', 60 * MINUTE_MS);
    if (!rotated.ok) throw new Error(rotated.failure.detail);
    const second = rotated.value.secret;
    expect(second).not.toBe(first);
    const believed = async (key: string, now: number) => {
      app.clock.set(now);
      await tell(app, notificationOf(key));
      const received = await eventually(() => {
        const one = receiver.received.find(({ body }) => body.includes(`${key} was`));
        expect(one).toBeDefined();
        return one as Received;
      });
      return [first, second].map((secret) => {
        jest.useFakeTimers({ now, doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'performance'] });
        try {
          new Webhook(secret).verify(received.body, received.headers as Record<string, string>);
          return true;
        } catch {
          return false;
        } finally {
          jest.useRealTimers();
        }
      });
    };
    expect(await believed('during', NOON + 30 * MINUTE_MS)).toEqual([true, true]);
    expect(await believed('after', NOON + 61 * MINUTE_MS)).toEqual([false, true]);
  });

  it('sends to Slack what Slack takes, without signatures', async () => {
    await makeChannel(app, { channel: 'slack', kind: 'slack', url: `${receiver.url}/services/T0/B0/x` });
    await tell(app, notificationOf('<!channel>', { text: 'a & b' }));
    await ended('slack', 'delivered');
    const [{ headers, body, method }] = receiver.received as [Received];
    expect(method).toBe('POST');
    expect(JSON.parse(body)).toEqual({ text: '*&lt;!channel&gt; was reached*\na &amp; b' });
    expect(headers['webhook-signature']).toBeUndefined();
  });

  it('tries again by the schedule, under the same id with the same bytes, and in the end gives up', async () => {
    receiver.answer = (_, response) => response.writeHead(503, 'busy').end('come\nback later');
    await webhook('down');
    await tell(app, notificationOf('a'));
    let now = NOON;
    for (let attempt = 1; attempt < 10; attempt += 1) {
      const { state, dueAt } = await attempted('down', attempt);
      expect(state).toBe('waiting');
      const wait = (dueAt ?? 0) - now;
      const expected = 30_000 * 2.5 ** (attempt - 1);
      expect(wait).toBeGreaterThan(expected * 0.79);
      expect(wait).toBeLessThan(expected * 1.21 + MINUTE_MS);
      now = (dueAt ?? 0) + 1;
      app.clock.set(now);
    }
    const delivery = await ended('down', 'failed');
    expect(delivery.attempts).toHaveLength(10);
    expect(delivery.attempts.at(-1)).toMatchObject({
      ...{ attempt: 10, outcome: 'failed', httpStatus: 503, error: 'answered 503: come back later' },
    });
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([delivery.deliveryId]),
    );
    expect(receiver.received).toHaveLength(10);

    // By hand it begins anew.
    receiver.answer = undefined;
    const retried = await app.app.get<Deliveries>(DELIVERIES).retry(1, delivery.deliveryId);
    expect(retried).toMatchObject({ ok: true });
    expect((await ended('down', 'delivered')).attempts).toHaveLength(11);
    expect(await app.app.get<Deliveries>(DELIVERIES).retry(1, delivery.deliveryId)).toMatchObject({
      failure: { code: 'notification.delivery_not_retryable' },
    });
  });

  it('has the patience that a receiver asks for', async () => {
    receiver.answer = (_, response) => response.writeHead(429, { 'retry-after': '7200' }).end();
    await webhook('patient');
    await tell(app, notificationOf('a'));
    const { dueAt } = await attempted('patient', 1);
    expect((dueAt ?? 0) - NOON).toBeGreaterThanOrEqual(7_200_000);
    expect((dueAt ?? 0) - NOON).toBeLessThan(7_200_000 + MINUTE_MS);
  });

  it('turns a channel off whose receiver is gone, with a trace of it, and cancels what waits', async () => {
    receiver.answer = ({ body }, response) => response.writeHead(body.includes('b was') ? 410 : 500).end();
    await webhook('gone');
    await tell(app, notificationOf('a'));
    await attempted('gone', 1);
    await tell(app, notificationOf('b'));
    await eventually(async () => {
      const states = (await deliveries('gone')).map(({ state, notification }) => [notification.title, state]);
      expect(states).toEqual([
        ['b was reached', 'failed'],
        ['a was reached', 'cancelled'],
      ]);
    });
    expect(await channels().find(1, 'gone')).toMatchObject({
      value: { enabled: false, version: 2, reason: 'the receiver answered 410 Gone', recordedBy: null },
    });
    const audit = await query<{ actor: string; action: string }>(
      app.database.url,
      `select actor, action from audit_entry where kind = 'notification_channel' order by audit_id desc limit 1`,
    );
    expect(audit).toEqual([{ actor: 'apportion', action: 'notification_channel.changed' }]);
    await tell(app, notificationOf('c'));
    await eventually(async () => {
      const left = await query(app.database.url, 'select 1 from notification where fanned_out_at is null');
      expect(left).toEqual([]);
    });
    expect(await deliveries('gone')).toHaveLength(2);
  });

  it('sends nothing to a channel of the same name that was made after the one it was for was removed', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end();
    await webhook('again');
    await tell(app, notificationOf('a'));
    await attempted('again', 1);
    await channels().remove({ accountId: 1, apiKeyId: null }, 'again', null);
    receiver.answer = undefined;
    await webhook('again', { url: `${receiver.url}/other` });
    await ended('again', 'cancelled');
    app.clock.set(NOON + 60 * MINUTE_MS);
    await tell(app, notificationOf('b'));
    await ended('again', 'delivered');
    expect(at('/other').map(({ body }) => body.includes('b was'))).toEqual([true]);
  });

  it('lets a receiver that hangs hold up nobody else', async () => {
    receiver.answer = ({ path }, response) => {
      if (path !== '/hangs') response.writeHead(204).end();
    };
    await webhook('hangs');
    await tell(app, ...Array.from({ length: 20 }, (_, n) => notificationOf(`stuck-${n}`)));
    await eventually(() => expect(at('/hangs')).toHaveLength(1));
    await webhook('quick', { topics: ['close.*'] });
    await tell(app, notificationOf('c', { topic: 'close.done' }));
    await ended('quick', 'delivered');
    expect(at('/hangs')).toHaveLength(1);
    receiver.answer = undefined;
  });

  it('follows no redirect, believes the status before the body, and reads of it a little', async () => {
    await webhook('elsewhere');
    receiver.answer = ({ path }, response) => {
      if (path === '/elsewhere') response.writeHead(302, { location: `${receiver.url}/inside` }).end();
      else response.writeHead(500).end('x'.repeat(1_000_000));
    };
    await tell(app, notificationOf('a'));
    const { attempts } = await attempted('elsewhere', 1);
    expect(attempts[0]).toMatchObject({ httpStatus: 302, error: 'answered 302: redirects are not followed' });
    expect(at('/inside')).toEqual([]);
    await webhook('wordy', { topics: ['close.*'] });
    await tell(app, notificationOf('c', { topic: 'close.done' }));
    const [wordy] = (await attempted('wordy', 1)).attempts;
    expect(wordy?.error).toBe(`answered 500: ${'x'.repeat(200)}`);
  });

  it('forgets what is old, and never that it was told', async () => {
    await webhook('all');
    await tell(app, notificationOf('a'));
    await ended('all', 'delivered');
    await startAnother(NOON + 91 * 24 * 60 * MINUTE_MS);
    await eventually(async () => expect(await deliveries()).toEqual([]));
    await eventually(async () => {
      const rows = await query(app.database.url, 'select deduplication_key, title, text, payload from notification');
      expect(rows).toEqual([{ deduplication_key: 'a', title: null, text: null, payload: null }]);
    });
    await tell(app, notificationOf('a'), notificationOf('b'));
    await eventually(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received.map(({ body }) => body.includes('a was'))).toEqual([true, false]);
  });

  it('delivers what a dead sender held, under the same id, and says that its attempt was interrupted', async () => {
    let hold = true;
    receiver.answer = (_, response) => {
      if (!hold) response.writeHead(204).end();
    };
    await webhook('held');
    await tell(app, notificationOf('a'));
    await eventually(() => expect(receiver.received).toHaveLength(1));
    hold = false;
    // As if nobody had heard of the first for longer than it may be silent.
    await query(app.database.url, `update notification_delivery set leased_until = now() - interval '1 second'`);
    const delivery = await ended('held', 'delivered');
    expect(delivery.attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'interrupted'],
      [2, 'delivered'],
    ]);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(Array(2).fill(delivery.deliveryId));
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  });
});
