import type { StatementsWire, UnitCostsWire } from '#contract';
import { formatMinor, parsePicos, picosToMinor } from '#money';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { sendAndWait } from '../support/importer.js';
import { chargebackCsv, chargebackRows, sumBy, verify } from '../support/statement.js';
import type { UsageEvent } from '../support/usage.js';

/**
 * A published production day (DeepSeek's inference system overview, 27-28 Feb 2025), through the API alone: 226.75 nodes of 8
 * GPUs at $2 an hour for 24 hours are $87,072.00; 608e9 input tokens of which 342e9 cache hits, 168e9 output; profiled
 * 73,700 prefill tokens/s (hits included) and 14,800 decode tokens/s a node.
 */
const START = Date.UTC(2025, 1, 27, 12);
const QUARTERS = 96;
const QUARTER_MS = 900_000;
/** Tokens of the 96 quarters of an hour. */
const DAY = { inputUncached: 266_000_000_000, cacheRead: 342_000_000_000, output: 168_000_000_000 } as const;

/** The n-th of 96 whole parts of a count, as equal as they can be. */
function partOf(total: number, n: number): number {
  const until = (k: number) => Math.floor((total * k) / QUARTERS);
  return until(n + 1) - until(n);
}

const events = Array.from({ length: QUARTERS }, (_, n): UsageEvent => {
  const occurredAt = new Date(START + n * QUARTER_MS + 1).toISOString();
  const { inputUncached, cacheRead, output } = DAY;
  const tokens = {
    inputUncached: partOf(inputUncached, n),
    cacheRead: partOf(cacheRead, n),
    output: partOf(output, n),
  };
  return { source: 'day6', id: `q${n}`, occurredAt, team: 'inference', model: 'deepseek-r1', pool: 'h800', tokens };
});

describe('a published production day', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2025, 2, 2));
    await ask(app, 'POST', '/v1/pools', {
      pool: 'h800',
      attribution: { basis: 'throughput', prefillTokensPerSecond: '73700', decodeTokensPerSecond: '14800' },
      idle: 'separate',
    });
    await ask(app, 'POST', '/v1/cost-records', [
      {
        ...{ pool: 'h800', provider: 'own', region: 'cn', instanceType: 'h800x8', pricingModel: 'on_demand' },
        ...{ hourlyRate: '16', currency: 'USD', count: '226.75' },
        ...{ from: '2025-02-27T12:00:00Z', to: '2025-02-28T12:00:00Z' },
      },
    ]);
  });
  afterAll(() => app.close());

  it('comes to $87,072.00: prefill $36,646.80 and decode $50,425.20, with nothing idle', async () => {
    await sendAndWait(app, [events]);
    const statements = await ask<StatementsWire>(app, 'GET', '/v1/statements/2025-02');
    expect(statements.total).toMatchObject({ effective: '87072', billed: '87072.00' });
    expect(statements.byKind.idle.effective).toBe('0');
    expect(statements.usage.tokens).toMatchObject({
      inputUncached: '266000000000',
      cacheRead: '342000000000',
      output: '168000000000',
    });
    const [pool] = statements.pools;
    expect(pool).toMatchObject({ pool: 'h800', unexplained: '0', cost: { billed: '87072.00' } });
    // 5,444.73 node-hours by the profile against 5,442 in fact.
    expect(pool?.utilization?.slice(0, 6)).toBe('1.0005');
    const rows = chargebackRows(await chargebackCsv(app, '2025-02'));
    const costs = sumBy(rows, 'effective_cost', 'token_class');
    const [input, cached, decode] = [costs.inputUncached, costs.cacheRead, costs.output].map((text = '') => {
      return parsePicos(text) ?? 0n;
    });
    const prefill = (input ?? 0n) + (cached ?? 0n);
    expect([prefill, decode ?? 0n].map((cost) => formatMinor(picosToMinor(cost, 'USD'), 'USD'))).toEqual([
      '36646.80',
      '50425.20',
    ]);
    expect(await verify(app, '2025-02')).toMatchObject({ agrees: true });
  });

  it('costs $0.0603 per 1M input tokens and $0.3001 per 1M output, on both of its days', async () => {
    const { rows } = await ask<UnitCostsWire>(app, 'GET', '/v1/unit-costs?period=2025-02&by=model,pool,day');
    expect(rows.map(({ group }) => group)).toEqual(
      ['2025-02-27T00:00:00Z', '2025-02-28T00:00:00Z'].map((day) => ({ model: 'deepseek-r1', pool: 'h800', day })),
    );
    for (const { costPerMillionTokens: costs, effective, capacity } of rows) {
      expect([costs.input?.slice(0, 6), costs.output?.slice(0, 6)]).toEqual(['0.0602', '0.3001']);
      expect(effective).toBe('43536');
      expect(capacity).toMatchObject({ idle: '0', idleShare: '0', effective: '43536' });
    }
  });
});
