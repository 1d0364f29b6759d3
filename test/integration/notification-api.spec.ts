import { Webhook } from 'standardwebhooks';
import type { AuditEntryWire, ChannelTestWire, ChannelWire, CreatedChannelWire, DeliveryWire, Page } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, query } from '../support/billing.js';
import { eventually } from '../support/eventually.js';
import { NOTIFY_ENV, notificationOf, tell } from '../support/notifications.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { read } from '../support/usage-events.js';

const CHANNELS = '/v1/notification-channels';
const DELIVERIES = '/v1/notification-deliveries';

async function problemOf(app: TestApp, method: string, path: string, body?: unknown): Promise<unknown[]> {
  const answer = await read(await app.request(method, path, body));
  const errors = (answer.body.errors ?? []) as { pointer: string }[];
  return [answer.status, answer.body.code, ...errors.map(({ pointer }) => pointer)];
}

describe('channels over HTTP', () => {
  let app: TestApp;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
    app = await startTestApp({ env: NOTIFY_ENV });
  });
  afterAll(async () => {
    await receiver.close();
    await app.close();
  });
  beforeEach(() => {
    receiver.answer = undefined;
  });

  const make = (name: string, more: object = {}) =>
    ask<CreatedChannelWire>(app, 'POST', CHANNELS, {
      ...{ name, kind: 'webhook', url: `${receiver.url}/${name}?token=hush`, topics: ['quota.*'] },
      ...more,
    });
  const find = (name: string) => ask<ChannelWire>(app, 'GET', `${CHANNELS}/${name}`);
  const log = async (search: string) => (await ask<Page<DeliveryWire>>(app, 'GET', `${DELIVERIES}?${search}`)).data;

  it('are made, and their secret shown once and their URL never as a whole', async () => {
    const { secret, ...made } = await make('ops', { teams: ['search'], reason: 'they asked' });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made).toMatchObject({
      ...{ name: 'ops', kind: 'webhook', topics: ['quota.*'], teams: ['search'], recipients: null, enabled: true },
      ...{ url: `${receiver.url}/ops?…`, version: 1, secretVersion: 1, reason: 'they asked' },
      recordedBy: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(await find('ops')).toEqual(made);
    const slack = await make('slack', { kind: 'slack', url: `${receiver.url}/services/T0/B0/abcdefWXYZ` });
    expect(slack).toMatchObject({ secret: null, url: `${receiver.url}/…WXYZ`, secretVersion: null });
    const listed = await (await app.request('GET', `${CHANNELS}?limit=1`)).text();
    expect((JSON.parse(listed) as Page<ChannelWire>).data.map(({ name }) => name)).toEqual(['ops']);
    const cursor = (JSON.parse(listed) as Page<ChannelWire>).nextCursor ?? '';
    const rest = await (await app.request('GET', `${CHANNELS}?cursor=${cursor}`)).text();
    const trail = await (await app.request('GET', '/v1/audit?subject=notification_channel')).text();
    for (const text of [listed, rest, trail]) expect(text).not.toMatch(/hush|abcdef|whsec_/);
    expect(rest).toContain('"slack"');
  });

  it('are refused where something is wrong with them, all of it at once', async () => {
    const body = { name: 'bad', kind: 'webhook', url: `${receiver.url}/`, topics: ['quota.*'] };
    const refused = (more: object) => problemOf(app, 'POST', CHANNELS, { ...body, ...more });
    expect(await refused({ url: undefined })).toEqual([400, 'request.invalid', '/url']);
    expect(await refused({ recipients: ['a@b.c'] })).toEqual([400, 'request.invalid', '/recipients']);
    expect(await refused({ topics: [] })).toEqual([400, 'request.invalid', '/topics']);
    expect(await refused({ topics: ['Quota'], name: ' x' })).toEqual([400, 'request.invalid', '/name', '/topics/0']);
    expect(await refused({ topics: ['a', 'a'] })).toEqual([400, 'request.invalid', '/topics']);
    expect(await refused({ kind: 'pigeon' })).toEqual([400, 'request.invalid', '/kind']);
    expect(await refused({ url: 'ftp://example.com/' })).toEqual([400, 'notification.bad_url', '/url']);
    expect(await refused({ url: 'https://me:pw@example.com/' })).toEqual([400, 'notification.bad_url', '/url']);
    const mail = { kind: 'email', url: undefined };
    expect(await refused({ ...mail, recipients: ['ops'] })).toEqual([400, 'request.invalid', '/recipients/0']);
    expect(await refused({ ...mail, recipients: ['ops@example.com'] })).toEqual([422, 'notification.mail_not_set_up']);
    await make('twice');
    expect(await refused({ name: 'twice' })).toEqual([409, 'notification.channel_exists']);
    expect(await problemOf(app, 'GET', `${CHANNELS}/nobody`)).toEqual([404, 'notification.channel_not_found']);
    expect(await problemOf(app, 'DELETE', `${CHANNELS}/nobody`)).toEqual([404, 'notification.channel_not_found']);
    expect(await problemOf(app, 'POST', `${CHANNELS}/nobody/test`)).toEqual([404, 'notification.channel_not_found']);
  });

  it('change in versions that the audit trail tells of, and only where something changes', async () => {
    await make('turning');
    const set = (body: object) => ask<ChannelWire>(app, 'PUT', `${CHANNELS}/turning`, body);
    expect(await set({ topics: ['quota.*'] })).toMatchObject({ version: 1 });
    expect(await set({ topics: ['quota.*'], url: `${receiver.url}/turning?token=hush` })).toMatchObject({ version: 1 });
    // What is shown of it stays the same, and yet it is another.
    expect(await set({ topics: ['quota.*'], url: `${receiver.url}/turning?token=psst` })).toMatchObject({ version: 2 });
    expect(await set({ topics: ['close.*'], enabled: false, reason: 'holidays' })).toMatchObject({
      ...{ version: 3, enabled: false, topics: ['close.*'], url: `${receiver.url}/turning?…`, reason: 'holidays' },
    });
    const refused = { topics: ['a'], recipients: ['a@b.c'] };
    expect(await problemOf(app, 'PUT', `${CHANNELS}/turning`, refused)).toEqual([
      ...[400, 'notification.not_of_kind', '/recipients'],
    ]);
    await ask(app, 'DELETE', `${CHANNELS}/turning?reason=over`);
    const [removed, off, moved, made] = (
      await ask<Page<AuditEntryWire>>(app, 'GET', '/v1/audit?subject=notification_channel:turning')
    ).data;
    const actor = expect.stringMatching(/^bootstrap \(/);
    expect(made).toMatchObject({ action: 'notification_channel.made', actor, before: null });
    expect(moved?.after.url_sha256).not.toBe(moved?.before?.url_sha256);
    expect(off).toMatchObject({
      action: 'notification_channel.changed',
      after: { enabled: false, reason: 'holidays' },
    });
    expect(removed).toMatchObject({ action: 'notification_channel.withdrawn', actor, after: { reason: 'over' } });
    expect(await problemOf(app, 'GET', `${CHANNELS}/turning`)).toEqual([404, 'notification.channel_not_found']);
    const secrets = await query(app.database.url, `select 1 from notification_channel where channel = 'turning'`);
    expect(secrets).toEqual([]);
    expect((await make('turning')).version).toBe(5);
  });

  it('get a new secret, with which and with the one before is signed for a while', async () => {
    const { secret: first } = await make('rotated');
    const path = `${CHANNELS}/rotated/secret-rotations`;
    const { secret, ...told } = await ask<{ secret: string }>(app, 'POST', path, { overlapHours: 1 });
    expect(told).toMatchObject({ name: 'rotated', secretVersion: 2 });
    await ask(app, 'POST', `${CHANNELS}/rotated/test`);
    const { headers, body } = receiver.received.at(-1) ?? { headers: {}, body: '' };
    for (const one of [first ?? '', secret])
      expect(new Webhook(one).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'notification.test',
      });
    await ask(app, 'POST', path, { overlapHours: 0 });
    await ask(app, 'POST', `${CHANNELS}/rotated/test`);
    expect(String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ')).toHaveLength(1);
    await make('unsigned', { kind: 'slack' });
    const refused = await problemOf(app, 'POST', `${CHANNELS}/unsigned/secret-rotations`, {});
    expect(refused).toEqual([400, 'notification.not_of_kind', '/kind']);
  });

  it('are tried at the press of a button, which tells what came back', async () => {
    await make('tried', { topics: ['close.*'] });
    const press = () => ask<ChannelTestWire>(app, 'POST', `${CHANNELS}/tried/test`);
    const good = await press();
    expect(good).toMatchObject({ delivered: true, httpStatus: 204, error: null });
    receiver.answer = (_, response) => response.writeHead(401).end('who are you?');
    const bad = await press();
    expect(bad).toMatchObject({ delivered: false, httpStatus: 401, error: 'answered 401: who are you?' });
    receiver.answer = (_, response) => response.destroy();
    expect(await press()).toMatchObject({ delivered: false, httpStatus: null, error: 'socket hang up' });
    // A test is tried once.
    expect((await log('channel=tried')).map(({ state, attempts }) => [state, attempts.length])).toEqual([
      ...[
        ['failed', 1],
        ['failed', 1],
        ['delivered', 1],
      ],
    ]);
    const [latest] = await log('channel=tried&state=delivered');
    expect(latest).toMatchObject({ id: good.deliveryId, notification: { topic: 'notification.test', team: null } });
    await ask(app, 'PUT', `${CHANNELS}/tried`, { topics: ['close.*'], enabled: false });
    receiver.answer = undefined;
    expect(await press()).toMatchObject({ delivered: true });
  });

  it('have a delivery log, page by page, from which one can try again', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end();
    await make('logged');
    await tell(app, notificationOf('log-a'), notificationOf('log-b'), notificationOf('log-c'));
    const all = await eventually(async () => {
      const listed = await log('channel=logged');
      expect(listed.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual(Array(3).fill(['failed']));
      return listed;
    });
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    const page = await ask<Page<DeliveryWire>>(app, 'GET', `${DELIVERIES}?channel=logged&limit=2`);
    expect(page.data).toEqual(all.slice(0, 2));
    const next = `${DELIVERIES}?channel=logged&limit=2&cursor=${page.nextCursor ?? ''}`;
    expect(await ask(app, 'GET', next)).toEqual({ data: all.slice(2), nextCursor: null });
    receiver.answer = undefined;
    const [first] = all as [DeliveryWire];
    expect(first).toMatchObject({ state: 'waiting', finishedAt: null, dueAt: expect.stringMatching(/Z$/) });
    expect(await ask(app, 'POST', `${DELIVERIES}/${first.id}/retry`)).toMatchObject({ id: first.id, state: 'waiting' });
    await eventually(async () =>
      expect((await log('channel=logged&state=delivered')).map(({ id }) => id)).toEqual([first.id]),
    );
    expect(await problemOf(app, 'POST', `${DELIVERIES}/${first.id}/retry`)).toEqual([
      ...[409, 'notification.delivery_not_retryable'],
    ]);
    const unknown = '00000000-0000-7000-8000-000000000000';
    expect(await problemOf(app, 'POST', `${DELIVERIES}/${unknown}/retry`)).toEqual([
      ...[404, 'notification.delivery_not_found'],
    ]);
    expect(await problemOf(app, 'GET', `${DELIVERIES}?cursor=WyJ4Il0`)).toEqual([400, 'request.invalid', '/cursor']);
  });

  it('are of one account, for those who may', async () => {
    const key = await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'r', scopes: ['notifications:read'] });
    const as = { authorization: `Bearer ${key.key}` };
    expect((await app.request('GET', CHANNELS, undefined, as)).status).toBe(200);
    expect((await app.request('POST', `${CHANNELS}/ops/test`, undefined, as)).status).toBe(403);
    await query(app.database.url, `insert into billing_account (account_id, name) values (2, 'other')`);
    const others = notificationOf('others', { accountId: 2 });
    await tell(app, others);
    await eventually(async () => {
      const left = await query(app.database.url, 'select 1 from notification where fanned_out_at is null');
      expect(left).toEqual([]);
    });
    expect(receiver.received.filter(({ body }) => body.includes('others was'))).toEqual([]);
  });

  it('are bounded', async () => {
    await query(
      app.database.url,
      `with made as (
         insert into notification_channel_version (account_id, channel, version, kind, topics, recipients, enabled, recorded_at)
         select 1, 'many-' || n, 1, 'email', '{none}', '{a@b.c}', true, now() from generate_series(1, 100) n
         returning account_id, channel, version)
       insert into notification_channel (account_id, channel, version, made_version) select *, 1 from made`,
    );
    const body = { name: 'one-more', kind: 'slack', url: `${receiver.url}/`, topics: ['quota.*'] };
    expect(await problemOf(app, 'POST', CHANNELS, body)).toEqual([409, 'notification.too_many_channels']);
  });
});

describe('channels where nothing is set', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('lead to public addresses by https alone', async () => {
    const refused = (url: string) =>
      problemOf(app, 'POST', CHANNELS, { name: 'inside', kind: 'webhook', topics: ['*'], url });
    for (const url of [
      ...['http://example.com/', 'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/'],
      ...['https://169.254.169.254/latest/', 'https://10.0.0.1/', 'https://[::1]/', 'https://[::ffff:10.0.0.1]/'],
      ...['https://100.64.0.1/', 'https://[64:ff9b::7f00:1]/', 'https://[fd00:ec2::254]/', 'https://0/'],
    ])
      expect([url, ...(await refused(url))]).toEqual([url, 400, 'notification.bad_url', '/url']);
  });

  it('do not reach this machine through a name either', async () => {
    const body = { name: 'home', kind: 'webhook', topics: ['*'], url: 'https://localhost/' };
    await ask(app, 'POST', CHANNELS, body);
    const tested = await ask<ChannelTestWire>(app, 'POST', `${CHANNELS}/home/test`);
    expect(tested).toMatchObject({ delivered: false, httpStatus: null });
    expect(tested.error).toMatch(/^localhost is (127\.0\.0\.1|::1), which is not a public address \(loopback\)$/);
  });
});
