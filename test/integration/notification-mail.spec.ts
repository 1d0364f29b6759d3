import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { ChannelTestWire, CreatedChannelWire, DeliveryWire, Page } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { eventually } from '../support/eventually.js';
import { NOTIFY_ENV, notificationOf, tell } from '../support/notifications.js';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: unknown;
  readonly text: string;
}

/** A real server for e-mail, which knows one user and refuses whoever is called `nobody`. */
async function startMailServer(): Promise<{ url: string; mails: Mail[]; fail: boolean; close(): Promise<void> }> {
  const mails: Mail[] = [];
  const state = { fail: false };
  const options: SMTPServerOptions = {
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'apportion' && password === 's3cret@') done(null, { user: username });
      else done(new Error('wrong password'));
    },
    onRcptTo: ({ address }, _session, done) => {
      if (address.startsWith('nobody@')) done(new Error('no such mailbox'));
      else done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (state.fail) return done(Object.assign(new Error('try later'), { responseCode: 451 }));
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        mails.push({ from, to, user: session.user, text: Buffer.concat(chunks).toString() });
        done();
      });
    },
  };
  const smtp = new SMTPServer(options);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const { port } = smtp.server.address() as AddressInfo;
  return Object.assign(state, {
    url: `smtp://apportion:s3cret%40@127.0.0.1:${port}`,
    mails,
    close: () => new Promise<void>((resolve) => smtp.close(() => resolve())),
  });
}

describe('channels of e-mail', () => {
  let server: Awaited<ReturnType<typeof startMailServer>>;
  let app: TestApp;
  beforeAll(async () => {
    server = await startMailServer();
    const smtp = { APPORTION_SMTP_URL: server.url, APPORTION_SMTP_FROM: 'Apportion <bills@example.com>' };
    app = await startTestApp({ env: { ...NOTIFY_ENV, ...smtp } });
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });
  beforeEach(() => {
    server.mails.splice(0);
    server.fail = false;
  });

  const make = (name: string, ...recipients: string[]) =>
    ask<CreatedChannelWire>(app, 'POST', '/v1/notification-channels', {
      ...{ name, kind: 'email', recipients, topics: [`${name}.*`] },
    });
  const log = async (channel: string) => {
    const { data } = await ask<Page<DeliveryWire>>(app, 'GET', `/v1/notification-deliveries?channel=${channel}`);
    return data;
  };

  it('send one message to all recipients, under an id that stays the same over attempts', async () => {
    expect(await make('ops', 'a@example.com', 'b@example.com')).toMatchObject({
      ...{ secret: null, url: null, recipients: ['a@example.com', 'b@example.com'] },
    });
    server.fail = true;
    await tell(app, notificationOf('80 % – ü', { topic: 'ops.reached', text: 'One.\nTwo.' }));
    const [failed] = await eventually(async () => {
      const deliveries = await log('ops');
      expect(deliveries[0]?.attempts[0]).toMatchObject({ outcome: 'failed', error: expect.stringContaining('451') });
      return deliveries as [DeliveryWire];
    });
    server.fail = false;
    await ask(app, 'POST', `/v1/notification-deliveries/${failed.id}/retry`);
    await eventually(async () => expect((await log('ops'))[0]).toMatchObject({ state: 'delivered' }));
    const [mail] = server.mails as [Mail];
    expect(server.mails).toHaveLength(1);
    expect(mail).toMatchObject({
      from: 'bills@example.com',
      to: ['a@example.com', 'b@example.com'],
      user: 'apportion',
    });
    expect(mail.text).toContain(`Message-ID: <${failed.id}@example.com>`);
    expect(mail.text).toContain('From: Apportion <bills@example.com>');
    expect(mail.text).toContain('Auto-Submitted: auto-generated');
    expect(mail.text).toMatch(/^Subject: =\?UTF-8\?Q\?80_=25_=E2=80=93_=C3=BC_was_reached\?=/m);
    expect(mail.text).toContain('One.\r\nTwo.\r\n\r\nTopic: ops.reached\r\nTeam: search\r\n');
  });

  it('say for whom a message was not taken', async () => {
    await make('some', 'a@example.com', 'nobody@example.com');
    const path = '/v1/notification-channels/some/test';
    expect(await ask<ChannelTestWire>(app, 'POST', path)).toMatchObject({
      ...{ delivered: true, error: 'refused: nobody@example.com' },
    });
    expect(server.mails.map(({ to }) => to)).toEqual([['a@example.com']]);
    await ask(app, 'PUT', '/v1/notification-channels/some', { topics: ['x.y'], recipients: ['nobody@example.com'] });
    expect(await ask<ChannelTestWire>(app, 'POST', path)).toMatchObject({
      ...{ delivered: false, httpStatus: null, error: expect.stringContaining('no such mailbox') },
    });
  });

  it('say what is wrong with the server, and not its password', async () => {
    await make('locked', 'a@example.com');
    const smtp = {
      APPORTION_SMTP_URL: server.url.replace('s3cret', 'gu3ss'),
      APPORTION_SMTP_FROM: 'bills@example.com',
    };
    const other = await startTestApp({ database: app.database, roles: 'api', env: { ...NOTIFY_ENV, ...smtp } });
    const tested = await app.request('POST', '/v1/notification-channels/locked/test');
    expect(await tested.json()).toMatchObject({ delivered: true });
    const path = `${other.url}/v1/notification-channels/locked/test`;
    const refused = await (
      await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${app.key}` } })
    ).text();
    expect(JSON.parse(refused)).toMatchObject({ delivered: false, error: expect.stringContaining('wrong password') });
    expect(refused).not.toMatch(/gu3ss/);
    await other.close();
  });
});
