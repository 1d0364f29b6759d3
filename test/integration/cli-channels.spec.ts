import type { DeliveryWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { NOTIFY_ENV, notificationOf, tell } from '../support/notifications.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { type Cli, cliFor } from './cli-harness.js';

describe('apportion channels and deliveries', () => {
  let app: TestApp;
  let receiver: Receiver;
  let cli: Cli;
  beforeAll(async () => {
    receiver = await startReceiver();
    app = await startTestApp({ env: NOTIFY_ENV });
    cli = cliFor(app);
  });
  afterAll(async () => {
    cli.remove();
    await receiver.close();
    await app.close();
  });

  it('makes a webhook, tries it, gives it a new secret and removes it', async () => {
    expect((await cli.run('channels', 'list')).stderr).toBe('there is no channel');
    const url = `${receiver.url}/in?token=hush`;
    const words = ['--kind', 'webhook', '--webhook-url', url, '--topics', 'quota.*, close.*', '--teams', 'search'];
    const made = await cli.run('channels', 'create', 'ops', ...words);
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^whsec_\S{44}\n$/) });
    expect(made.stderr).toContain('channel ops made');
    expect(await cli.run('channels', 'create', 'ops', ...words)).toMatchObject({
      ...{ exitCode: 4, stderr: expect.stringContaining('[notification.channel_exists]') },
    });
    const listed = await cli.run('channels', 'list');
    expect(listed.stdout).toMatch(/^ops +webhook +http:\S+\/in\?… +quota\.\*, close\.\* +search +on$/m);
    expect(listed.stdout).not.toContain('hush');

    const tested = await cli.run('channels', 'test', 'ops');
    expect(tested).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^ops: delivered in \d+ ms \(/) });
    receiver.answer = (_, response) => response.writeHead(403).end('no \u001b[31mentry');
    const refused = await cli.run('channels', 'test', 'ops');
    expect(refused).toMatchObject({ exitCode: 1, stderr: 'apportion: ops: not delivered: answered 403: no [31mentry' });
    expect((await cli.run('channels', 'test', 'ops', '--json')).exitCode).toBe(1);
    receiver.answer = undefined;

    const rotated = await cli.run('channels', 'rotate-secret', 'ops', '--overlap-hours', '0');
    expect(rotated.stdout).toMatch(/^whsec_\S{44}\n$/);
    expect(rotated.stdout).not.toBe(made.stdout);
    expect((await cli.run('channels', 'rotate-secret', 'ops', '--overlap-hours', '169')).exitCode).toBe(2);
    expect(await cli.run('channels', 'remove', 'ops', '--reason', 'moved')).toMatchObject({
      ...{ exitCode: 0, stdout: 'channel ops is removed\n' },
    });
    expect((await cli.run('channels', 'test', 'ops')).stderr).toContain('[notification.channel_not_found]');
  });

  it('changes what it is told to, and nothing else', async () => {
    const url = `${receiver.url}/services/T/B/xyzWXYZ`;
    const made = await cli.run(
      'channels',
      'create',
      'slack',
      '--kind',
      'slack',
      '--webhook-url',
      url,
      '--topics',
      'quota.*',
    );
    expect(made).toMatchObject({ exitCode: 0, stdout: 'channel slack made\n' });
    const set = async (...words: string[]) => {
      const { stdout } = await cli.run('channels', 'set', 'slack', ...words, '--json');
      return JSON.parse(stdout) as unknown;
    };
    expect(await set('--disable', '--teams', 'a,b')).toMatchObject({ enabled: false, teams: ['a', 'b'], version: 2 });
    expect(await set('--topics', 'close.*')).toMatchObject({ enabled: false, teams: ['a', 'b'], topics: ['close.*'] });
    expect(await set('--enable', '--all-teams')).toMatchObject({ enabled: true, teams: null, topics: ['close.*'] });
    expect((await cli.run('channels', 'set', 'slack', '--enable', '--disable')).exitCode).toBe(2);
    expect((await cli.run('channels', 'set', 'slack', '--topics', 'a,,b')).exitCode).toBe(2);
    expect((await cli.run('channels', 'set', 'slack', '--recipients', 'a@b.c')).stderr).toContain('no recipients');
  });

  it('lists deliveries, and tries one again', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end();
    await cli.run(
      'channels',
      'create',
      'log',
      '--kind',
      'webhook',
      '--webhook-url',
      `${receiver.url}/`,
      '--topics',
      'quota.*',
    );
    await tell(app, notificationOf('a'));
    const { id } = await eventually(async () => {
      const { stdout } = await cli.run('deliveries', 'list', '--channel', 'log', '--json');
      const [delivery] = JSON.parse(stdout) as DeliveryWire[];
      expect(delivery).toMatchObject({ state: 'waiting', attempts: [{ outcome: 'failed' }] });
      return delivery as DeliveryWire;
    });
    const listed = await cli.run('deliveries', 'list', '--channel', 'log', '--state', 'waiting');
    expect(listed.stdout).toMatch(
      new RegExp(
        `^${id} +\\S+Z +log +quota\\.threshold_reached +search +a was reached +waiting +1 +answered 500 +\\S+Z$`,
        'm',
      ),
    );
    receiver.answer = undefined;
    expect(await cli.run('deliveries', 'retry', id)).toMatchObject({
      ...{ exitCode: 0, stdout: `delivery ${id} to log is waiting\n` },
    });
    await eventually(async () => {
      const { stdout } = await cli.run('deliveries', 'list', '--state', 'delivered');
      expect(stdout).toContain(id);
    });
    expect((await cli.run('deliveries', 'retry', id)).exitCode).toBe(4);
    expect((await cli.run('deliveries', 'list', '--state', 'lost')).exitCode).toBe(2);
    expect((await cli.run('deliveries', 'list', '--state', 'cancelled')).stderr).toBe('there is no such delivery');
  });
});
