import type { PoolWire, StatementsWire, VerificationWire } from '#contract';
import { parsePicos } from '#money';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { chargebackCsv, chargebackRows, sumBy } from '../support/statement.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

/** Each pool is an hour of one machine at $55.04, used by two teams in three of its four quarters. */
const POOLS: readonly Pick<PoolCase, 'pool' | 'attribution' | 'idle' | 'billed'>[] = [
  {
    pool: 'by-phase-time',
    attribution: { basis: 'phase_time', inputWeights: { inputUncached: '1', cacheRead: '0.1' } },
    idle: 'separate',
    billed: { ads: '21.33', search: '19.95', platform: '13.76' },
  },
  {
    pool: 'by-list-price',
    attribution: { basis: 'list_price', provider: 'openai', model: 'gpt-4o' },
    idle: 'separate',
    billed: { ads: '20.44', search: '20.84', platform: '13.76' },
  },
  {
    pool: 'evenly',
    attribution: { basis: 'even' },
    idle: 'proportional',
    billed: { ads: '18.35', search: '36.69' },
  },
  {
    pool: 'by-peak',
    attribution: { basis: 'peak' },
    idle: 'even',
    billed: { ads: '11.11', search: '43.93' },
  },
  {
    pool: 'by-agreement',
    attribution: { basis: 'fixed', shares: { search: '62.5', absent: '37.5' } },
    idle: { policy: 'fixed', shares: { search: '25', ads: '75' } },
    billed: { ads: '10.32', search: '29.24', absent: '15.48' },
  },
  {
    pool: 'reserved',
    attribution: { basis: 'requests' },
    idle: { policy: 'reserved', shares: { absent: '20', search: '50' } },
    billed: { absent: '11.01', ads: '13.76', search: '27.52', platform: '2.75' },
  },
];

interface PoolCase {
  readonly pool: string;
  readonly attribution: Readonly<Record<string, unknown>>;
  readonly idle: unknown;
  /** What each team is billed for the pool. */
  readonly billed: Readonly<Record<string, string>>;
}

const at = (minute: number) => new Date(Date.UTC(2026, 9, 14, 10, minute)).toISOString();

function eventsOf(pool: string) {
  const event = (id: string, team: string, minute: number, more: Record<string, unknown>) =>
    usageEvent(`${pool}-${id}`, { team, pool, occurredAt: at(minute), ...more });
  return [
    event('1', 'search', 1, {
      tokens: { inputUncached: 900, cacheRead: 1000, output: 50 },
      prefillMs: 30,
      decodeMs: 70,
    }),
    event('2', 'search', 16, { tokens: { inputUncached: 100, output: 100 }, prefillMs: 10, decodeMs: 10 }),
    event('3', 'ads', 17, { tokens: { inputUncached: 300, output: 100 }, prefillMs: 50, decodeMs: 30 }),
    event('4', 'search', 31, { tokens: { output: 10 }, prefillMs: 0, decodeMs: 10 }),
    event('5', 'ads', 32, { tokens: { inputUncached: 10, output: 90 }, prefillMs: 0, decodeMs: 10 }),
  ];
}

describe('a pool under each attribution basis', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    for (const { pool, attribution, idle } of POOLS) {
      await ask(app, 'POST', '/v1/pools', { pool, attribution, idle });
      const machine = { pool, provider: 'aws', region: 'us-east-1', instanceType: 'p5.48xlarge', count: '1' };
      const price = { pricingModel: 'on_demand', hourlyRate: '55.04', currency: 'USD', from: at(0), to: at(60) };
      await ask(app, 'POST', '/v1/cost-records', [{ ...machine, ...price }]);
    }
    const sent = await sendAndWait(
      app,
      POOLS.flatMap(({ pool }) => eventsOf(pool)),
    );
    expect(sent.status).toBe(200);
  });
  afterAll(() => app.close());

  it('is described in the OpenAPI document, with every parameter', async () => {
    const { paths } = await ask<{ paths: Record<string, { post?: { requestBody?: unknown } }> }>(
      app,
      'GET',
      '/openapi.json',
    );
    const body = JSON.stringify(paths['/v1/pools']?.post?.requestBody);
    const literals = ['phase_time', 'list_price', 'even', 'fixed', 'peak', 'reserved'].map((name) => `["${name}"]`);
    expect([...literals, '"shares"', '"inputWeights"'].filter((text) => !body.includes(text))).toEqual([]);
  });

  it.each(POOLS)('$pool says what it was told', async ({ pool, attribution, idle }) => {
    const { policies } = await ask<PoolWire>(app, 'GET', `/v1/pools/${pool}`);
    expect(policies).toMatchObject([{ attribution, idle }]);
  });

  it.each(POOLS)('$pool sums to what it cost, team by team', async ({ pool, billed }) => {
    const rows = chargebackRows(await chargebackCsv(app, '2026-10')).filter((row) => row.pool === pool);
    const picos = (amounts: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(amounts).map(([team, amount]) => [team, parsePicos(amount)]));
    expect(picos(sumBy(rows, 'billed_amount', 'team'))).toEqual(picos(billed));
    expect(sumBy(rows, 'effective_cost', 'pool')).toEqual({ [pool]: '55.04' });
    expect(rows.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(5);
  });

  it('are explained to the last pico, and verify', async () => {
    const { pools } = await ask<StatementsWire>(app, 'GET', '/v1/statements/2026-10');
    expect(pools.map(({ unexplained, total, usage }) => [unexplained, total.billed, usage.tokens.output])).toEqual(
      POOLS.map(() => ['0', '55.04', '350']),
    );
    const verified = await ask<VerificationWire>(app, 'POST', '/v1/statements/2026-10/verifications');
    expect(verified).toMatchObject({ agrees: true, firstDifference: null });
  });
});
