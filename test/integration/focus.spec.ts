import type { FocusManifestWire, StatementsWire } from '#contract';
import { parsePicos } from '#money';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { focusRules, focusRulesPresent, SUPPORTED } from '../support/focus/conformance.js';
import { readTable } from '../support/focus/table.js';
import { judge } from '../support/focus/verdicts.js';
import { chargebackRows, sumBy } from '../support/statement.js';

const describeRules = focusRulesPresent() ? describe : describe.skip;

const event = (id: number, team: string, minute: number, more: object) => ({
  source: 'gw',
  id: String(id),
  occurredAt: `2026-10-14T10:${minute}:00Z`,
  team,
  model: 'llama',
  tokens: { inputUncached: 100 + id, output: 7 * id },
  ...more,
});
const OPENAI = { provider: 'openai', model: 'gpt-5-mini', pool: undefined };
const EVENTS = [
  event(1, 'search', 10, { pool: 'h100', project: 'ranker' }),
  event(2, 'ads', 12, { pool: 'h100' }),
  event(3, 'nobody-knows', 13, { pool: 'h100' }),
  event(4, 'ads', 14, { pool: 'spot' }),
  event(5, 'search', 20, OPENAI),
  event(6, 'nobody-knows', 21, OPENAI),
  event(7, 'ads', 22, { provider: 'openai', model: 'no-such-model' }),
  event(8, 'ads', 23, { pool: 'nobody-pays' }),
];
const HOUR = { from: '2026-10-14T10:00:00Z', to: '2026-10-14T11:00:00Z' };
const SPOT_HOUR = {
  ...{ pool: 'spot', provider: 'aws', region: 'eu-west-1', instanceType: 'g6.xlarge', pricingModel: 'spot' },
  ...{ hourlyRate: '0.3333333', currency: 'USD', count: '3', ...HOUR },
};

describeRules('the FOCUS file of a month with all sorts of usage', () => {
  let app: TestApp;
  let statements: StatementsWire;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_UNKNOWN_TEAMS: 'unattributed' } });
    app.clock.set(Date.UTC(2026, 10, 20));
    const weights = { inputUncached: '1', output: '3' };
    await setUpPool(app, { pool: 'h100', hourlyRate: '55.04', weights, ...HOUR });
    await ask(app, 'POST', '/v1/pools', {
      pool: 'spot',
      attribution: { basis: 'requests' },
      idle: 'proportional',
    });
    await ask(app, 'POST', '/v1/cost-records', [SPOT_HOUR]);
    for (const team of ['search', 'ads']) await ask(app, 'POST', '/v1/teams', { team });
    const sent = await app.request('POST', '/v1/events', EVENTS, { prefer: 'wait=30' });
    expect(await sent.json()).toMatchObject({ state: 'done', accepted: EVENTS.length });
    statements = await ask(app, 'GET', '/v1/statements/2026-10');
  });
  afterAll(() => app.close());

  it('has something of every kind to bear', () => {
    const kinds = statements.teams.flatMap(({ lines }) => lines.map(({ pool, kind }) => `${pool ?? 'api'} ${kind}`));
    expect([...new Set(kinds)].sort()).toEqual([
      'api unattributed',
      'api unpriced',
      'api used',
      'h100 idle',
      'h100 unattributed',
      'h100 used',
      'nobody-pays unpriced',
      'spot idle',
      'spot used',
    ]);
  });

  it.each(['1.2', '1.3'])('breaks no rule as %s, and sums to the statement', async (version) => {
    const response = await app.request('GET', `/v1/statements/2026-10/focus.csv?focusVersion=${version}`);
    const csv = await response.text();
    const verdicts = judge(focusRules(), readTable(csv), SUPPORTED);
    expect(verdicts.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule.id)).toEqual([]);
    expect(verdicts.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(200);

    const rows = chargebackRows(csv);
    const priced = statements.teams.filter(({ lines }) => lines.some(({ effective }) => effective !== null));
    expect(sumBy(rows, 'EffectiveCost', 'SubAccountId')).toEqual(
      Object.fromEntries(priced.map(({ team, total }) => [team, total.effective])),
    );
    expect(Object.values(sumBy(rows, 'BilledCost', 'BillingCurrency')).map(parsePicos)).toEqual([
      parsePicos(statements.total.billed),
    ]);
    const manifest = await ask<FocusManifestWire>(
      app,
      'GET',
      `/v1/statements/2026-10/focus.manifest.json?focusVersion=${version}`,
    );
    expect(manifest).toMatchObject({ rows: rows.length, total: statements.total, unpriced: statements.unpriced });
    expect(manifest.rowsWithoutListPrice).toBeGreaterThan(0);
  });
});
