import type { CostCenterWire, Page, RollUpsWire, StatementsWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

const PERIOD = '2026-10';

describe('a month by cost centre and business unit', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
    app.clock.set(Date.UTC(2026, 10, 2));
    await setUpPool(app, {
      pool: 'p5',
      hourlyRate: '55.04',
      from: '2026-10-01T10:00:00Z',
      to: '2026-10-01T10:15:00Z',
      weights: { inputUncached: '1' },
    });
    for (const [team, costCenter] of [
      ['search', 'cc-1'],
      ['ads', 'cc-2'],
      ['lab', 'cc-3'],
    ])
      await ask(app, 'PUT', `/v1/teams/${team}`, { costCenter });
    // 1 : 2 : 3 : 2 of $13.76: 1.72, 3.44, 5.16 and, of a team without a cost centre, 3.44.
    const usage = [
      ['search', 100],
      ['ads', 200],
      ['lab', 300],
      ['new', 200],
    ] as const;
    await sendAndWait(
      app,
      usage.map(([team, inputUncached]) =>
        usageEvent(team, { team, pool: 'p5', occurredAt: '2026-10-01T10:05:00Z', tokens: { inputUncached } }),
      ),
    );
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const rollUps = (by: string) => ask<RollUpsWire>(app, 'GET', `/v1/statements/${PERIOD}/roll-ups?by=${by}`);
  const amounts = async (by: string) =>
    (await rollUps(by)).rollUps.map(({ name, teams, total }) => [name, teams.join(' '), total.billed]);

  it('sums what its teams owe', async () => {
    expect(await amounts('cost_center')).toEqual([
      ['cc-1', 'search', '1.72'],
      ['cc-2', 'ads', '3.44'],
      ['cc-3', 'lab', '5.16'],
      [null, 'new', '3.44'],
    ]);
    expect(await amounts('business_unit')).toEqual([[null, 'ads lab new search', '13.76']]);
    expect(await amounts('account')).toEqual([['default', 'ads lab new search', '13.76']]);
  });

  it('takes a business unit from the command line, keeps its versions, and says it once', async () => {
    const set = await cli.run('cost-centers', 'set', 'cc-1', '--business-unit', 'retail');
    expect(set).toMatchObject({ exitCode: 0, stdout: 'cost centre cc-1: business unit retail, 1 version\n' });
    await cli.run('cost-centers', 'set', 'cc-1', '--business-unit', 'retail');
    await cli.run('cost-centers', 'set', 'cc-2', '--business-unit', 'retail', '--from', '2026-10-31T23:59:59Z');
    // Holds as the month after begins, so not as this one ends.
    await cli.run('cost-centers', 'set', 'cc-2', '--business-unit', 'ads', '--from', '2026-11-01T00:00:00Z');
    const { data } = await ask<Page<CostCenterWire>>(app, 'GET', '/v1/cost-centers?limit=1000');
    expect(data.map(({ costCenter, businessUnit, versions }) => [costCenter, businessUnit, versions.length])).toEqual([
      ['cc-1', 'retail', 1],
      ['cc-2', 'ads', 2],
    ]);
    expect(await amounts('business_unit')).toEqual([
      ['retail', 'ads search', '5.16'],
      [null, 'lab new', '8.60'],
    ]);
    const { stdout } = await cli.run('bill', '--period', PERIOD, '--by', 'business-unit');
    expect(stdout.split('\n').slice(2, 6)).toEqual([
      'BUSINESS UNIT  REQUESTS   USED  IDLE  SHARED  UNATTRIBUTED  TOTAL  UNPRICED REQUESTS',
      'retail                2   5.16  0.00    0.00          0.00   5.16',
      '(none)                2   8.60  0.00    0.00          0.00   8.60',
      'ALL                   4  13.76  0.00    0.00          0.00  13.76',
    ]);
  });

  it('keeps what a closed month was rolled up by', async () => {
    await ask(app, 'POST', `/v1/statements/${PERIOD}/close`, {});
    await ask(app, 'PUT', '/v1/cost-centers/cc-3', { businessUnit: 'research', validFrom: '2026-10-01T00:00:00Z' });
    expect((await rollUps('business_unit')).state).toBe('closed');
    expect(await amounts('business_unit')).toEqual([
      ['retail', 'ads search', '5.16'],
      [null, 'lab new', '8.60'],
    ]);
  });

  it('is told without its lines', async () => {
    const whole = await ask<StatementsWire>(app, 'GET', `/v1/statements/${PERIOD}`);
    const sums = await ask<StatementsWire>(app, 'GET', `/v1/statements/${PERIOD}?lines=false`);
    const teams = whole.teams.map((team) => ({ ...team, models: [], lines: [] }));
    expect(sums).toEqual({ ...whole, teams });
    expect(whole.teams.map(({ lines, lineCount }) => lines.length - lineCount)).toEqual([0, 0, 0, 0]);
  });

  it('says what is wrong', async () => {
    const call = async (method: string, path: string, body?: unknown) => read(await app.request(method, path, body));
    expect(await call('GET', `/v1/statements/${PERIOD}/roll-ups?by=planet`)).toMatchObject({ status: 400 });
    expect(await call('PUT', '/v1/cost-centers/cc-1', {})).toMatchObject({ status: 400 });
    expect(await call('GET', '/v1/cost-centers/cc-9')).toMatchObject({
      status: 404,
      body: { code: 'directory.cost_center_not_found' },
    });
    expect(await cli.run('bill', '--period', PERIOD, '--by', 'account', '--team', 'ads')).toMatchObject({
      exitCode: 2,
    });
    expect(await cli.run('cost-centers', 'set', 'cc-1')).toMatchObject({ exitCode: 2 });
  });
});
