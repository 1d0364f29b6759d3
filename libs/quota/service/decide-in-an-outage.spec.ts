import { NO_FILTER, type Quota, QuotaIndex, type QuotaLevel, type QuotaMeasure } from '../domain/index.js';
import type { BuildAsks } from './build-asks.js';
import type { CountLedger } from './count-ledger.js';
import { Decide, type Question } from './decide.js';
import type { QuotaCatalogs } from './quota-catalogs.js';
import type { QuotaStore } from './quota-store.js';

const quota = (level: QuotaLevel, measure: QuotaMeasure, fallback: 'open' | 'closed') =>
  ({
    ...{ name: `${level} ${measure}`, subject: { level, name: null, team: null, tagKey: null }, filter: NO_FILTER },
    ...{ measure, fallback, action: 'block' },
  }) as unknown as Quota;

const FACTS: Question['facts'] = {
  ...{ businessUnit: null, costCenter: null, team: 'search', project: null, apiKey: null, user: null, tags: {} },
  ...{ provider: null, model: 'llama', pool: null, tier: 'standard', status: null },
};

describe('a decision while the database is out of reach', () => {
  const TEAM = quota('team', 'requests', 'closed');
  const COST = quota('team', 'billed_cost', 'closed');
  const OPEN_COST = quota('team', 'billed_cost', 'open');
  const CENTER = quota('cost_center', 'requests', 'closed');
  const OPEN_CENTER = quota('cost_center', 'requests', 'open');

  async function decided(quotas: readonly Quota[], known: { payer: boolean; prices: boolean }) {
    const store = {
      reserve: (orders: readonly unknown[]) => Promise.resolve(orders.map(() => ({ outcome: 'admitted', before: [] }))),
    };
    const catalogs = { of: () => Promise.resolve({ revision: '1', index: new QuotaIndex(quotas) }) };
    const asks = { run: () => Promise.resolve([]) };
    const decide = new Decide(
      store as unknown as QuotaStore,
      catalogs as unknown as QuotaCatalogs,
      asks as unknown as BuildAsks,
      {} as CountLedger,
      { now: () => 0 },
    );
    const estimate = { usage: {}, pricesKnown: known.prices } as Question['estimate'];
    const question = { accountId: 1, facts: FACTS, payerKnown: known.payer, estimate, at: 0 };
    const reservation = { reservationId: 'r', expiresAt: 1, request: '{}', fingerprint: '', idempotencyKey: null };
    const decision = await decide.reserve(question, reservation);
    if (decision === undefined) return 'refused';
    return decision.outcome === 'known' || !decision.uncounted ? 'counted' : 'uncounted';
  }

  it.each([
    ['counts where all is known', [TEAM, COST, CENTER], true, true, 'counted'],
    ['counts without a payer where no quota asks who pays', [TEAM, COST], false, true, 'counted'],
    ['lets through without a payer where one of those who may pay fails open', [OPEN_CENTER], false, true, 'uncounted'],
    ['refuses without a payer where one of those who may pay fails closed', [CENTER], false, true, 'refused'],
    ['refuses without a payer where another that applies fails closed', [OPEN_CENTER, TEAM], false, true, 'refused'],
    ['counts without prices where no quota asks what it costs', [TEAM], true, false, 'counted'],
    ['lets through without prices where a quota of cost fails open', [OPEN_COST], true, false, 'uncounted'],
    ['refuses without prices where a quota of cost fails closed', [COST], true, false, 'refused'],
    [
      'asks no quota of a cost centre that is not the payer’s for want of prices',
      [OPEN_COST, CENTER],
      true,
      false,
      'uncounted',
    ],
  ] as const)('%s', async (_, quotas, payer, prices, expected) => {
    expect(await decided(quotas, { payer, prices })).toBe(expected);
  });
});
