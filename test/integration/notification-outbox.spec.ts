import { DataSource } from 'typeorm';
import { NOTIFICATION_OUTBOX, type Notification, type NotificationOutbox } from '#notification';
import { startTestApp, type TestApp } from '../support/app.js';
import { query } from '../support/billing.js';
import { makeChannel, NOTIFY_ENV, notificationOf } from '../support/notifications.js';

interface Stored {
  readonly account_id: number;
  readonly deduplication_key: string;
  readonly title: string;
}

describe('the outbox of notifications', () => {
  let app: TestApp;
  let outbox: NotificationOutbox;
  let db: DataSource;
  beforeAll(async () => {
    // Without a worker: what is appended stays as it is.
    app = await startTestApp({ roles: 'api', env: NOTIFY_ENV });
    db = app.app.get(DataSource);
    outbox = app.app.get<NotificationOutbox>(NOTIFICATION_OUTBOX);
    await query(app.database.url, `insert into billing_account (account_id, name) values (2, 'other')`);
  });
  afterAll(() => app.close());

  const stored = (prefix: string) =>
    query<Stored>(
      app.database.url,
      `select account_id, deduplication_key, title from notification where deduplication_key like $1 order by 1, 2`,
      [`${prefix}%`],
    );
  const append = (...notifications: Notification[]) =>
    db.transaction((manager) => outbox.append(manager, notifications));

  it('has nothing of a transaction that was rolled back', async () => {
    const failing = db.transaction(async (manager) => {
      await outbox.append(manager, [notificationOf('rolled-back')]);
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(await stored('rolled-back')).toEqual([]);
    // The key is free as if nobody had ever named it.
    await append(notificationOf('rolled-back'));
    expect(await stored('rolled-back')).toHaveLength(1);
  });

  it('tells once what many tell at a time', async () => {
    const tellers = Array.from({ length: 20 }, (_, n) => append(notificationOf('once', { title: `told by ${n}` })));
    await Promise.all(tellers);
    expect(await stored('once')).toHaveLength(1);
  });

  it('tells once each of many that many tell at a time, in whatever order', async () => {
    const all = Array.from({ length: 50 }, (_, n) => notificationOf(`each-${n}`));
    const tellers = Array.from({ length: 20 }, (_, n) => append(...all.slice(n), ...all.slice(0, n).reverse()));
    await Promise.all(tellers);
    expect(await stored('each-')).toHaveLength(50);
  });

  it('keeps what was told first, also within one call, and for each account', async () => {
    await append(notificationOf('first', { title: 'one' }), notificationOf('first', { title: 'two', accountId: 2 }));
    await append(notificationOf('first', { title: 'three' }), notificationOf('first', { title: 'four' }));
    expect((await stored('first')).map(({ account_id, title }) => [account_id, title])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('takes more than one statement holds', async () => {
    await append(...Array.from({ length: 1_201 }, (_, n) => notificationOf(`many-${n}`)));
    expect(await stored('many-')).toHaveLength(1_201);
  });

  it('serves a bare connection in a transaction', async () => {
    const runner = db.createQueryRunner();
    await runner.startTransaction();
    await outbox.append({ query: (text, values) => runner.query(text, values) }, [notificationOf('bare')]);
    await runner.rollbackTransaction();
    await runner.release();
    expect(await stored('bare')).toEqual([]);
  });

  it('lets no name keep an alert from being told, nor those beside it', async () => {
    const team = 'x'.repeat(255);
    const odd = notificationOf('odd-\0', {
      team,
      title: `${team} \ud800 ${team}`,
      text: 'nul \0',
      payload: { a: ['\0'] },
    });
    await append(notificationOf('beside'), odd, odd);
    expect(await stored('beside')).toHaveLength(1);
    expect((await stored('sha256:')).map(({ title }) => title.slice(0, 258))).toEqual([`${team} \ufffd `]);
  });

  it('throws for what is no topic, before anything is written', async () => {
    const failing = append(notificationOf('good'), notificationOf('bad', { topic: 'Quota!' }));
    await expect(failing).rejects.toThrow('"Quota!" is no topic of a notification');
    expect(await stored('good')).toEqual([]);
  });

  it('waits for a worker, and counts until then', async () => {
    await makeChannel(app, { channel: 'nowhere', kind: 'webhook', url: 'http://127.0.0.1:9/' });
    app.clock.set(app.clock.now() + 3_600_000);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    const age = /^apportion_notification_oldest_due_seconds (\S+)$/m.exec(metrics)?.[1];
    expect(Number(age)).toBeGreaterThanOrEqual(3_600);
    expect(metrics).toContain('apportion_notification_deliveries{state="waiting",kind="webhook"} 0');
  });
});
