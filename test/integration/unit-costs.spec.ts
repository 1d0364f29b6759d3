import type { StatementsWire, UnitCostsWire } from '#contract';
import { formatPicos, parsePicos } from '#money';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

describe('unit costs', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
    app.clock.set(Date.UTC(2026, 10, 2));
    // $13.76 for the quarter of an hour in which each of the two months is used, and one more that nobody uses.
    for (const [pool, month] of [
      ['p9', '09'],
      ['p10', '10'],
    ] as const)
      await setUpPool(app, {
        pool,
        hourlyRate: '55.04',
        from: `2026-${month}-01T10:00:00Z`,
        to: `2026-${month}-01T10:30:00Z`,
        weights: { inputUncached: '1', output: '1' },
      });
    const at = '2026-10-01T10:05:00Z';
    const tokens = { inputUncached: 1_000_000, output: 1_000_000 };
    await sendAndWait(app, [
      usageEvent('1', { team: 'search', pool: 'p10', model: 'gpt-5-mini', occurredAt: at, tokens }),
      usageEvent('2', { team: 'ads', pool: 'p10', model: 'gpt-5-mini', occurredAt: at, tokens, region: 'eu' }),
      usageEvent('3', {
        team: 'ads',
        pool: undefined,
        provider: 'openai',
        model: 'gpt-5-mini',
        occurredAt: at,
        tokens,
      }),
      usageEvent('4', {
        team: 'ads',
        pool: undefined,
        provider: 'openai',
        model: 'nobody-sells-it',
        occurredAt: at,
        tokens,
      }),
      usageEvent('5', { team: 'ads', pool: 'p9', model: 'gpt-5-mini', occurredAt: '2026-09-01T10:05:00Z', tokens }),
    ]);
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const unitCosts = (query: string) => ask<UnitCostsWire>(app, 'GET', `/v1/unit-costs?${query}`);

  it('says what tokens cost of each model and pool, with utilization and what providers ask', async () => {
    const { rows } = await unitCosts('period=2026-10');
    expect(rows.map(({ group, effective, costPerMillionTokens: { core } }) => [group, effective, core])).toEqual([
      [{ model: 'gpt-5-mini', pool: 'p10' }, '13.76', '6.88'],
      [{ model: 'gpt-5-mini', pool: null }, '2.25', '2.25'],
      [{ model: 'nobody-sells-it', pool: null }, '0', null],
    ]);
    expect(rows[0]).toMatchObject({
      capacity: { pool: 'p10', effective: '27.52', idle: '13.76', idleShare: '0.5' },
      previous: null,
    });
    // OpenAI's public price of GPT-5 mini: $0.25 in, $2 out; the same for 2M of each.
    expect(rows[0]?.offers).toContainEqual(
      expect.objectContaining({ provider: 'openai', inputUncached: '0.25', output: '2', cost: '4.5' }),
    );
    expect(rows[2]).toMatchObject({ unpricedRequests: '1', offers: [] });
  });

  it('tells regions, teams, tiers and hours apart, and sums to the statement', async () => {
    const { rows } = await unitCosts('period=2026-10&by=team,tier,region,hour&provider=openai');
    expect(rows.map(({ group }) => group)).toEqual([
      { team: 'ads', tier: 'standard', region: null, hour: '2026-10-01T10:00:00Z' },
    ]);
    const all = await unitCosts('period=2026-10&by=region,hour');
    expect(all.rows.map(({ group, requests }) => [group.region, requests])).toEqual([
      ['eu', '1'],
      [null, '2'],
    ]);
    const statements = await ask<StatementsWire>(app, 'GET', '/v1/statements/2026-10');
    const total = all.rows.reduce((sum, { effective }) => sum + (parsePicos(effective) ?? 0n), 0n);
    expect(formatPicos(total)).toBe(statements.byKind.used.effective);
  });

  it('shows the month before beside it', async () => {
    const { rows } = await unitCosts('period=2026-10&by=model&pool=p10&compare=previous');
    expect(rows).toMatchObject([{ costPerMillionTokens: { core: '6.88' }, previous: null }]);
    const both = await unitCosts('period=2026-10&by=team&team=ads&compare=previous');
    expect(both.rows).toMatchObject([{ previous: { core: '13.76' } }]);
  });

  it('is a table on the command line', async () => {
    const { stdout, exitCode } = await cli.run(
      'unit-costs',
      '--period',
      '2026-10',
      '--by',
      'model,pool',
      '--pool',
      'p10',
    );
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('2026-10, account default: cost of 1M tokens in USD, without idle');
    expect(lines[2]).toMatch(/^MODEL +POOL +REQUESTS .* OUT +BLENDED .* UTILIZATION +IDLE +CHEAPEST LIST PRICE/);
    expect(lines[3]).toMatch(/^gpt-5-mini +p10 +2 +2,000,000 +2,000,000 +13.76 +6.8800 +3.4400 .* 50.0 % /);
  });

  it('says what is wrong', async () => {
    const call = async (query: string) => read(await app.request('GET', `/v1/unit-costs?${query}`));
    for (const query of ['period=2026-13', 'period=2026-10&by=planet', 'period=2026-10&by=day,hour', 'by=model'])
      expect(await call(query)).toMatchObject({ status: 400 });
    expect(await cli.run('unit-costs', '--period', '2026-10', '--by', 'model,model')).toMatchObject({ exitCode: 1 });
  });
});
