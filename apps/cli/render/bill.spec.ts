import { statementsWire } from '#contract';
import { renderBill } from './bill.js';

const cost = (effective: string, billed: string) => ({ list: null, effective, billed });
const none = cost('0', '0.00');
const tokens = (input: string, output: string) => ({
  inputUncached: input,
  cacheRead: '0',
  cacheWrite5m: '0',
  cacheWrite1h: '0',
  output,
  reasoning: '0',
});
const summary = (effective: string, billed: string, requests: string) => ({
  total: cost(effective, billed),
  corrections: none,
  byKind: { used: cost(effective, billed), idle: none, shared: none, adjustment: none, unattributed: none },
  unpriced: { lines: 0, requests: '0', tokens: '0' },
  usage: { requests, tokens: tokens('18059974', '245896') },
  costPerMillionTokens: {
    core: '82.112741',
    blended: '1.102975',
    input: '1.08809',
    inputUncached: '1.08809',
    cacheRead: null,
    output: null,
  },
});
const line = {
  id: '2023-11.0123456789abcdef0123',
  team: 'code',
  costCenter: null,
  project: null,
  model: 'llama',
  provider: null,
  pool: 'h100',
  kind: 'used',
  tokenClass: 'output',
  modality: null,
  requests: '0',
  quantity: '245896',
  unit: 'tokens',
  list: null,
  effective: '20.191195677',
  billed: '20.19',
  priceVersion: null,
  priceRules: [],
  policyVersion: 1,
  correction: null,
};
const statements = (unexplained = '0') =>
  statementsWire.parse({
    state: 'draft',
    closing: null,
    account: 'default',
    currency: 'USD',
    period: { name: '2023-11', timeZone: 'Europe/Zurich', start: '2023-10-31T23:00:00Z', end: '2023-11-30T23:00:00Z' },
    accruedTo: '2023-11-20T00:00:00Z',
    ...summary('20.191195677', '20.19', '8819'),
    unpriced: { lines: 1, requests: '1200', tokens: '5000000' },
    teams: [
      {
        team: 'code',
        known: false,
        ...summary('20.191195677', '20.19', '8819'),
        lineCount: 1,
        models: [],
        lines: [line],
      },
    ],
    pools: [
      {
        pool: 'h100',
        kind: 'capacity',
        ...summary('20.191195677', '20.19', '8819'),
        cost: { ...cost('20.191195677', '20.19'), contracted: '20.191195677', invoiced: '20.191195677' },
        unexplained,
        paidInstanceSeconds: '3600',
        utilization: '0.23999',
        untimedRequests: '0',
      },
    ],
    providers: [],
    models: [{ model: 'llama', pool: 'h100', provider: null, ...summary('20.191195677', '20.19', '8819') }],
  });

describe('renderBill', () => {
  it('shows teams, lines, models and pools, and says what is open', () => {
    expect(renderBill(statements(), { lines: true })).toBe(
      [
        '2023-11 (draft, Europe/Zurich), account default, amounts in USD, accrued to 2023-11-20T00:00:00Z',
        '',
        'TEAM            REQUESTS   USED  IDLE  SHARED  UNATTRIBUTED  TOTAL  UNPRICED REQUESTS',
        'code (unknown)     8,819  20.19  0.00    0.00          0.00  20.19',
        'ALL TEAMS          8,819  20.19  0.00    0.00          0.00  20.19              1,200',
        '',
        'Unpriced: 1,200 requests with 5,000,000 tokens, whose cost is not known; it is on no total.',
        '',
        'TEAM  COST CENTRE  PROJECT  MODEL  ON    KIND  CLASS   REQUESTS  QUANTITY  UNIT    LIST     EFFECTIVE  BILLED  LINE',
        'code                        llama  h100  used  output             245,896  tokens        20.191195677   20.19  0123456789',
        '',
        'MODEL  ON    REQUESTS  INPUT TOKENS  OUTPUT TOKENS   USED  COST/1M OUT  BLENDED/1M  IN PART/1M  OUT PART/1M',
        'llama  h100     8,819    18,059,974        245,896  20.19      82.1127      1.1030      1.0881',
        '',
        'POOL   COST   USED  IDLE  ON LINES  UNEXPLAINED  UTILIZATION',
        'h100  20.19  20.19  0.00     20.19         0.00       23.9 %',
        '',
      ].join('\n'),
    );
  });

  it('has a column for shared cost where a pool is of it', () => {
    const all = statements();
    const [pool] = all.pools;
    if (!pool) throw new Error('no pool');
    const byKind = { ...pool.byKind, used: cost('0', '0.00'), shared: cost('5', '5.00') };
    const storage = { ...pool, pool: 'storage', kind: 'shared' as const, byKind, utilization: null };
    const shown = renderBill(
      {
        ...all,
        pools: [
          pool,
          { ...storage, cost: { ...cost('5', '5.00'), contracted: '5', invoiced: '5' }, total: cost('5', '5.00') },
        ],
      },
      { lines: false },
    );
    expect(shown.split('\n').slice(-4)).toEqual([
      'POOL      COST   USED  IDLE  SHARED  ON LINES  UNEXPLAINED  UTILIZATION',
      'h100     20.19  20.19  0.00    0.00     20.19         0.00       23.9 %',
      'storage   5.00   0.00  0.00    5.00      5.00         0.00',
      '',
    ]);
  });

  it('shows the costs of pools apart where they are not the same', () => {
    const draft = statements();
    const costs = { list: '40', contracted: null, invoiced: '7200.005', effective: '20.191195677', billed: '20.19' };
    const pools = [{ ...draft.pools[0], cost: costs }];
    expect(renderBill(statementsWire.parse({ ...draft, pools }), { lines: false })).toContain(
      [
        'POOL   LIST  CONTRACTED  INVOICED  EFFECTIVE',
        // Half to even.
        'h100  40.00     unknown  7,200.00      20.19',
      ].join('\n'),
    );
  });

  it('does not round what is unexplained to nothing', () => {
    expect(renderBill(statements('0.000000000001'), { lines: false })).toMatch(/h100 .* 0\.000000000001 /);
  });

  it('shows what corrects a closed month, where anything does', () => {
    const draft = statements();
    const late = { ...line, billed: '-0.41', correction: { period: '2023-10', cause: 'share' } };
    const teams = [{ ...draft.teams[0], corrections: cost('-0.41', '-0.41'), lines: [line, late] }];
    const text = renderBill(statementsWire.parse({ ...draft, corrections: cost('-0.41', '-0.41'), teams }), {
      lines: true,
    });
    expect(text).toMatch(/UNATTRIBUTED +CORRECTIONS +TOTAL/);
    expect(text).toMatch(/code \(unknown\) .* -0\.41 +20\.19/);
    expect(text).toMatch(/-0\.41 +2023-10: share +0123456789$/m);
  });
});
