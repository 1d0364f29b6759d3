import { startTestApp, type TestApp } from '../support/app.js';
import { query, setUpPool } from '../support/billing.js';
import { sendAndWait } from '../support/importer.js';
import { verify } from '../support/statement.js';
import { batchesOf, madeUpTraffic } from '../support/usage.js';

const START = Date.UTC(2024, 9, 14, 10);
const HOUR_MS = 3_600_000;

describe('verify', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    await setUpPool(app, {
      pool: 'p5',
      hourlyRate: '55.04',
      from: new Date(START).toISOString(),
      to: new Date(START + HOUR_MS).toISOString(),
      weights: { inputUncached: '1', output: '2' },
    });
    await sendAndWait(
      app,
      batchesOf(madeUpTraffic({ pool: 'p5', count: 500, from: START, to: START + HOUR_MS, teams: ['a', 'b'] }), 500),
    );
  });
  afterAll(() => app.close());
  beforeEach(async () => expect(await verify(app, '2024-10')).toMatchObject({ agrees: true }));

  const someBucket = `(account_id, charge_period, dimension_id) =
    (select account_id, charge_period, dimension_id from metered_usage order by charge_period, dimension_id limit 1)`;
  const someEvent = `identity = (select identity from usage_event where occurred_at > '2024-10-14T10:20:00Z' order by occurred_at limit 1)`;

  it.each([
    [
      'a bucket counts a token more',
      `update metered_usage set output = output + 1 where ${someBucket}`,
      `update metered_usage set output = output - 1 where ${someBucket}`,
    ],
    [
      'a bucket counts a request less',
      `update metered_usage set requests = requests - 1 where ${someBucket}`,
      `update metered_usage set requests = requests + 1 where ${someBucket}`,
    ],
    [
      'an event has other tokens',
      `update usage_event set input_uncached = input_uncached + 5 where ${someEvent}`,
      `update usage_event set input_uncached = input_uncached - 5 where ${someEvent}`,
    ],
    [
      'an event lies in another charge period',
      `update usage_event set occurred_at = occurred_at - interval '20 minutes' where ${someEvent}`,
      undefined,
    ],
  ])('names the place when %s', async (_, tamper, repair) => {
    await query(app.database.url, tamper);
    const { agrees, firstDifference } = await verify(app, '2024-10');
    expect(agrees).toBe(false);
    expect(JSON.stringify(firstDifference)).toMatch(/2024-10-14T10:/);
    if (repair !== undefined) await query(app.database.url, repair);
  });
});
