import { startTestApp, type TestApp } from '../support/app.js';
import { setUpPool } from '../support/billing.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

const BILL = [
  'BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,SubAccountId,SkuId,Extra',
  '10.40,USD,2026-10-01,2026-11-01,2026-10-01T10:00:00Z,2026-10-01T11:00:00Z,1234,EC2,x',
  '-0.15,USD,2026-10-01,2026-11-01,2026-10-01T10:00:00Z,2026-10-01T11:00:00Z,1234,EC2,NULL',
].join('\n');

describe('reconciling from the command line', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    await setUpPool(app, {
      pool: 'h100',
      hourlyRate: '10.00',
      from: '2026-10-01T10:00:00Z',
      to: '2026-10-01T11:00:00Z',
      weights: { output: '1' },
    });
    await sendAndWait(
      app,
      usageEvent('1', { pool: 'h100', occurredAt: '2026-10-01T10:05:00Z', tokens: { output: 1 } }),
    );
    cli = cliFor(app);
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  it('takes a FOCUS file that names neither provider nor invoice, and says what it did not read', async () => {
    const file = cli.write('bill.csv', BILL);
    const words = [
      'invoices',
      'import',
      file,
      '--format',
      'focus',
      '--provider',
      'AWS',
      '--time-zone',
      'Europe/Zurich',
    ];
    expect(await cli.run(...words)).toEqual({
      exitCode: 0,
      stdout: '1 created, 0 corrected, 0 already known, of 2 rows\n',
      stderr: 'not read: Extra\n2 rows without a time zone taken as Europe/Zurich',
    });
    expect((await cli.run(...words)).stdout).toBe('0 created, 0 corrected, 1 already known, of 2 rows\n');
    expect((await cli.run('invoices', 'list')).stdout).toMatch(
      /aws +2026-10 +invoice +2026-10 +2 +10.25 +0 +USD +1 +current/,
    );
  });

  it('shows what is open until a rule and a policy say otherwise', async () => {
    const reconcile = async () => (await cli.run('reconcile', '--period', '2026-10')).stdout.split('\n');
    expect(await reconcile()).toEqual([
      '2026-10 (draft), amounts in USD',
      '',
      'PARTY      METERED  INVOICED  DIFFERENCE  %  BILLED    OPEN  POLICY  STATE',
      'pool h100       10                            10.00  -10.00  hold    missing invoice',
      '',
      'MATCHED TO NOBODY  SUB-ACCOUNT  SKU  LINES  INVOICED',
      'aws                1234         EC2      2     10.25',
      '',
      "statements 10.00 + platform's own 0.00 + tax 0.00 + open 0.25, 1 group of lines matched to nobody in it = invoices 10.25",
      '',
    ]);
    const match = await cli.run('invoices', 'match', '--provider', 'aws', '--sku', 'EC*', '--to-pool', 'h100');
    expect(match.stdout).toBe('version 1: pool h100, from the beginning\n');
    const policy = await cli.run('invoices', 'policy', '--pool', 'h100', '--policy', 'true_up', '--from', '2026-10');
    expect(policy.stdout).toBe('h100: version 1, true_up, from 2026-10 on\n');
    expect((await reconcile()).slice(2)).toEqual([
      'PARTY      METERED  INVOICED  DIFFERENCE    %  BILLED  OPEN  POLICY   STATE',
      'pool h100       10     10.25        0.25  2.5   10.25  0.00  true-up  differs',
      '',
      "statements 10.25 + platform's own 0.00 + tax 0.00 + open 0.00 = invoices 10.25",
      '',
    ]);
    expect((await cli.run('invoices', 'matches')).stdout).toMatch(/aws +EC\* +pool h100 +1/);
    expect((await cli.run('invoices', 'policies')).stdout).toMatch(/pool h100 +true_up +0 +0 +2026-10 +1/);
    await cli.run('pools', 'create', 'overhead', '--shared', '--over', 'teams', '--by', 'even');
    const share = ['--policy', 'shared_pool', '--shared-pool', 'overhead', '--from', '2026-11'];
    const shared = await cli.run('invoices', 'policy', '--pool', 'h100', ...share);
    expect(shared.stdout).toBe('h100: version 2, shared_pool overhead, from 2026-11 on\n');
    expect((await cli.run('invoices', 'policies')).stdout).toMatch(/pool h100 +shared_pool overhead +0 +0 +2026-11 +2/);
  });

  it('says what is used wrongly, and what the server refuses', async () => {
    const match = ['invoices', 'match', '--provider', 'aws'];
    expect(await cli.run(...match)).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await cli.run(...match, '--to-platform', '--to-pool', 'h100')).toMatchObject({ exitCode: 2 });
    expect(await cli.run('invoices', 'policy', '--policy', 'hold')).toMatchObject({ exitCode: 2 });
    const unknown = await cli.run(...match, '--to-pool', 'nowhere');
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('invoice.pool_not_found') });
    const bad = cli.write('bad.csv', 'amount,currency,period,provider\n"1,000.00",USD,2026-10,aws\n');
    expect(await cli.run('invoices', 'import', bad)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('write 1234.56'),
    });
    expect(await cli.run('invoices', 'import', '/no/such/file')).toMatchObject({ exitCode: 1, stdout: '' });
  });
});
