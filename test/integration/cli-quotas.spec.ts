import type { QuotaWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Cli, cliFor } from './cli-harness.js';

const TABLE = `quota,level,measure,window,time_zone,limit,action
hourly,key,requests,hour,UTC,1000,throttle
monthly,cost_center,billed_cost,month,Europe/Zurich,2500.50,notify
`;

describe('apportion quotas', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    // No day begins while what is there for one is looked at.
    app = await startTestApp({ now: Date.UTC(2026, 10, 25, 12) });
    cli = cliFor(app);
    for (const team of ['search', 'ads']) await cli.run('teams', 'create', team, '--cost-center', 'cc-1');
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const quota = async (name: string) =>
    JSON.parse((await cli.run('quotas', 'get', name, '--json')).stdout) as QuotaWire;
  const set = (name: string, ...words: string[]) => cli.run('quotas', 'set', name, ...words, '--reason', 'budget 2027');

  it('makes a quota, and changes what it is told of it alone', async () => {
    const counted = ['--level', 'team', '--name', 'search', '--measure', 'billed_cost', '--model', 'gpt*'];
    const window = ['--window', 'month', '--zone', 'Europe/Zurich', '--anchor-day', '31'];
    const limit = ['--limit', '1500.5', '--action', 'block', '--tier-percents', 'batch=50', '--thresholds', '70,90'];
    const made = await set('search-month', ...counted, ...window, ...limit);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toMatch(
      /^quota search-month: 1,500.5 billed_cost, month from the 31\. Europe\/Zurich, version 1 from 2\S+Z\n$/,
    );
    const before = await quota('search-month');
    expect((await set('search-month', '--limit', '1600', '--model', '', '--no-anomalies')).exitCode).toBe(0);
    const after = await quota('search-month');
    expect(after).toMatchObject({
      ...{ version: 2, limit: '1600', anomalies: false, subject: before.subject, window: before.window },
      ...{ tierPercents: { batch: 50 }, actualThresholds: [70, 90], filter: { model: null }, reason: 'budget 2027' },
    });
    expect((await set('search-month', '--window', 'day', '--thresholds', '')).exitCode).toBe(0);
    expect(await quota('search-month')).toMatchObject({
      window: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Zurich', anchorDay: 1 },
      actualThresholds: [],
    });
    expect((await set('search-month', '--window', 'rolling', '--length', '1h')).exitCode).toBe(0);
    expect((await quota('search-month')).window).toEqual({ kind: 'rolling', lengthMs: 3_600_000 });
    expect((await set('search-month', '--level', 'user')).exitCode).toBe(0);
    expect((await quota('search-month')).subject).toEqual({ level: 'user', name: null, team: null, tagKey: null });
  });

  it('says in one line what is wrong', async () => {
    const missing = await set('half', '--level', 'team');
    expect(missing).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('/limit') });
    expect((await cli.run('quotas', 'set', 'half', '--level', 'team')).exitCode).toBe(2);
    expect((await set('half', '--length', 'soon')).exitCode).toBe(2);
    expect(await cli.run('quotas', 'get', 'half')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('[quota.quota_not_found]'),
    });
  });

  it('tells what a file would change, takes it over, and prints it as it came', async () => {
    const file = cli.write('quotas.csv', TABLE);
    const told = await cli.run('quotas', 'import', file, '--reason', 'new year', '--dry-run');
    expect(told.stdout).toMatch(/^added +monthly +limit +2500\.5$/m);
    expect(told.stdout).toMatch(/^2 added, 0 changed, 0 withdrawn, 0 unchanged; a dry run, nothing was changed$/m);
    expect((await cli.run('quotas', 'get', 'monthly')).exitCode).toBe(1);
    expect((await cli.run('quotas', 'import', file)).stderr).toContain('[quota.reason_missing]');
    const taken = await cli.run('quotas', 'import', file, '--reason', 'new year');
    expect(taken.stdout).toMatch(/2 added, 0 changed, 0 withdrawn, 0 unchanged\n$/);
    const printed = cli.write('printed.csv', (await cli.run('quotas', 'export')).stdout);
    expect((await cli.run('quotas', 'import', printed)).stdout).toMatch(
      /^0 added, 0 changed, 0 withdrawn, \d unchanged\n$/,
    );
    const changed = cli.write('changed.csv', TABLE.replace('1000', '900'));
    const diff = await cli.run('quotas', 'import', changed, '--reason', 'less', '--dry-run');
    expect(diff.stdout).toMatch(/^changed +hourly +limit +1000 +900$/m);
  });

  it('lists what holds, what is to come and what is not yet decided', async () => {
    await set('monthly', '--limit', '3000', '--from', '2099-01-01T00:00:00Z');
    await set(
      'planned',
      '--level',
      'account',
      '--measure',
      'requests',
      '--window',
      'day',
      '--zone',
      'UTC',
      '--limit',
      '5',
      '--action',
      'observe',
      '--draft',
    );
    const { stdout } = await cli.run('quotas', 'list');
    expect(stdout).toMatch(/^hourly +each key +requests +all +hour UTC +1,000 +throttle +1 +in force$/m);
    expect(stdout).toMatch(/^monthly +each cost center .* 3,000 +notify +2 +from 2099-01-01T00:00:00Z, 1 in force$/m);
    expect(stdout).toMatch(/^planned +account .* observe +1 +draft$/m);
    const then = await cli.run('quotas', 'list', '--at', '2099-02-01T00:00:00Z');
    expect(then.stdout).toMatch(/^monthly .* 2 +in force$/m);
    expect(then.stdout).not.toContain('planned');
    expect((await cli.run('quotas', 'get', 'monthly')).stdout).toMatch(/^in force +version 1$/m);
    const history = await cli.run('quotas', 'history', 'monthly');
    expect(history.stdout).toMatch(/^ *1 .* 2,500\.5 +notify +new year /m);
    expect(history.stdout).toMatch(/^ *2 +2099-01-01T00:00:00Z .* budget 2027 /m);
  });

  it('raises limits, has teams give each other, and takes it back', async () => {
    await set(
      'teams-day',
      '--level',
      'team',
      '--measure',
      'total_tokens',
      '--window',
      'day',
      '--zone',
      'UTC',
      '--limit',
      '5000',
      '--action',
      'block',
    );
    const why = ['--reason', 'launch'];
    const raised = await cli.run(
      'quotas',
      'override',
      'teams-day',
      '--percent',
      '12.5',
      '--subject',
      'ads',
      '--windows',
      '3',
      ...why,
    );
    expect(raised.stdout).toMatch(/^override \d+: \+12\.5% for windows from \S+T00:00:00Z until \S+T00:00:00Z\n$/);
    const lent = await cli.run(
      'quotas',
      'transfer',
      'teams-day',
      '--from-team',
      'search',
      '--to-team',
      'ads',
      '--amount',
      '2000',
      '--windows',
      '1',
      ...why,
    );
    expect(lent.stdout).toMatch(/^search gives ads 2,000 total_tokens until \S+: overrides \d+ and \d+\n$/);
    const listed = (await cli.run('quotas', 'overrides', 'teams-day')).stdout;
    expect(listed).toMatch(/^ *\d+ +override +ads +\+12\.5% .* launch +current$/m);
    expect(listed).toMatch(/^ *\d+ +transfer +search +-2,000 /m);
    const id = /^ *(\d+) +transfer +ads +\+2,000 /m.exec(listed)?.[1] ?? '';
    const back = await cli.run('quotas', 'withdraw-override', 'teams-day', id, '--reason', 'paid back');
    expect(back).toMatchObject({ exitCode: 0, stdout: `override ${id} is withdrawn\n` });
    const after = (await cli.run('quotas', 'overrides', 'teams-day')).stdout;
    expect(after.match(/paid back +withdrawn$/gm)).toHaveLength(2);
    expect((await cli.run('quotas', 'override', 'teams-day', '--windows', '1', ...why)).exitCode).toBe(2);
    expect((await cli.run('quotas', 'override', 'teams-day', '--amount', '1', ...why)).exitCode).toBe(2);
    await cli.run('teams', 'set', 'ads', '--cost-center', 'cc-2');
    const refused = await cli.run(
      'quotas',
      'transfer',
      'teams-day',
      '--from-team',
      'search',
      '--to-team',
      'ads',
      '--amount',
      '1',
      '--windows',
      '1',
      ...why,
    );
    expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('[quota.other_cost_center]') });
  });

  it('withdraws', async () => {
    const withdrawn = await cli.run('quotas', 'withdraw', 'hourly', '--reason', 'no need');
    expect(withdrawn).toMatchObject({ exitCode: 0, stdout: 'quota hourly is withdrawn\n' });
    expect((await cli.run('quotas', 'list')).stdout).not.toContain('hourly');
    expect((await cli.run('quotas', 'history', 'hourly')).stdout).toMatch(/withdrawn .* no need/);
  });
});
