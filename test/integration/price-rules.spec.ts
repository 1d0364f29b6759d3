import type { FxRateWire, ImportCounts, Page, PriceRuleWire, StatementsWire, VerificationWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { chargebackCsv, chargebackRows } from '../support/statement.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const CSV = { 'content-type': 'text/csv' };
const SEPTEMBER = '2026-09';
const PRICES = `provider,model,token_class,price_per_1m,pricing_model,volume_from,currency,from
acme,m1,inputUncached,2,,,USD,2026-01-01T00:00:00Z
acme,m1,output,10,graduated,0,USD,2026-01-01T00:00:00Z
acme,m1,output,4,graduated,1000000,USD,2026-01-01T00:00:00Z
`;
const RULES = `kind,value,provider,service_tier,team,currency,from
tier_multiplier,0.5,Acme,batch,,,2026-01-01T00:00:00Z
discount,10,acme,,,,2026-01-01T00:00:00Z
markup,5,,,ads,,2026-01-01T00:00:00Z
minimum,20,acme,,,USD,2026-09-01T00:00:00Z
`;

interface Problem {
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

describe('a month under every pricing model and rule', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 9, 2));
    for (const team of ['ads', 'search']) await ask(app, 'PUT', `/v1/teams/${team}`, { costCenter: `cc-${team}` });
    const usage = (id: string, team: string, tier: string, input: number, output: number) =>
      usageEvent(id, {
        ...{ team, tier, provider: 'acme', model: 'm1', pool: undefined },
        occurredAt: `2026-09-1${id}T10:05:00Z`,
        tokens: { inputUncached: input, output },
      });
    await sendAndWait(app, [
      usage('1', 'ads', 'standard', 1_000_000, 1_000_000),
      usage('2', 'search', 'standard', 500_000, 500_000),
      usage('3', 'search', 'batch', 0, 500_000),
    ]);
  });
  afterAll(() => app.close());

  const importRules = (csv: string) => app.request('POST', '/v1/price-rules', csv, CSV);
  const statements = (period = SEPTEMBER) => ask<StatementsWire>(app, 'GET', `/v1/statements/${period}`);
  const verify = (period: string) => ask<VerificationWire>(app, 'POST', `/v1/statements/${period}/verifications`);
  const list = (query = '') => ask<Page<PriceRuleWire>>(app, 'GET', `/v1/price-rules${query}`);

  it('has no price before it is told one', async () => {
    const { total, unpriced } = await statements();
    expect([total.effective, unpriced.lines]).toEqual(['0', 4]);
  });

  it('takes rules as a table, and the same table twice as nothing new', async () => {
    expect((await app.request('POST', '/v1/prices', PRICES, CSV)).status).toBe(200);
    const counts = async () => (await (await importRules(RULES)).json()) as ImportCounts;
    expect(await counts()).toEqual({ created: 4, corrected: 0, unchanged: 0 });
    expect(await counts()).toEqual({ created: 0, corrected: 0, unchanged: 4 });
    const { data } = await list('?at=2026-09-01T00:00:00Z');
    expect(
      data.map(({ kind, value, provider, serviceTier, currency, state }) => {
        return [kind, value, provider, serviceTier, currency, state];
      }),
    ).toEqual([
      ['tier_multiplier', '0.5', 'acme', 'batch', null, 'current'],
      ['discount', '10', 'acme', '', null, 'current'],
      ['markup', '5', '', '', null, 'current'],
      ['minimum', '20', 'acme', '', 'USD', 'current'],
    ]);
    expect((await list('?at=2026-08-31T23:59:59Z')).data).toHaveLength(3);
    expect((await list('?limit=3')).nextCursor).not.toBeNull();
  });

  it('comes to what is worked out by hand', async () => {
    // Output: 2,000,000 tokens, the first 1,000,000 at 10 and the second at 4: 14 for all, 7 for each million.
    // ads       input  1.0M x 2             x 0.9 x 1.05 = 1.89     output 1.0M x 7       x 0.9 x 1.05 = 6.615
    // search    input  0.5M x 2             x 0.9        = 0.9      output 0.5M x 7       x 0.9        = 3.15
    //           batch                                               output 0.5M x 7 x 0.5 x 0.9        = 1.575
    // In all 14.13, so 5.87 are missing to 20: ads 5.87 x 8.505 / 14.13, search 5.87 x 5.625 / 14.13, to the pico.
    const rows = chargebackRows(await chargebackCsv(app, SEPTEMBER));
    const cells = rows.map((row) => [row.team, row.charge_kind, row.token_class, row.effective_cost, row.price_rules]);
    expect(cells).toEqual([
      ['ads', 'adjustment', '', '3.53321656051', '4'],
      ['ads', 'used', 'inputUncached', '1.89', '2 3'],
      ['ads', 'used', 'output', '6.615', '2 3'],
      ['search', 'adjustment', '', '2.33678343949', '4'],
      ['search', 'used', 'inputUncached', '0', '1 2'],
      ['search', 'used', 'inputUncached', '0.9', '2'],
      ['search', 'used', 'output', '1.575', '1 2'],
      ['search', 'used', 'output', '3.15', '2'],
    ]);
    const { teams, providers, unpriced } = await statements();
    expect(providers).toMatchObject([{ provider: 'acme', total: { effective: '20', billed: '20.00' } }]);
    expect(teams.map(({ team, total }) => [team, total.billed])).toEqual([
      ['ads', '12.04'],
      ['search', '7.96'],
    ]);
    expect(unpriced.lines).toBe(0);
    expect(teams[0]?.lines[0]?.priceRules).toEqual(['4']);
  });

  it('is what its raw events come to, and closes as it is', async () => {
    expect(await verify(SEPTEMBER)).toMatchObject({ agrees: true, firstDifference: null });
    const draft = await statements();
    const closed = await read(await app.request('POST', `/v1/statements/${SEPTEMBER}/close`));
    expect(closed.status).toBe(201);
    expect({ ...(await statements()), state: 'draft', closing: null }).toEqual(draft);
    expect(await verify(SEPTEMBER)).toMatchObject({ agrees: true, sinceClose: { lines: 0, billed: '0.00' } });
  });

  it('is corrected on the next month when a rule changes, and says that it was the price', async () => {
    const minimum = (await list('?kind=minimum')).data[0]?.priceRuleId ?? '';
    const withdrawal = () => app.request('POST', `/v1/price-rules/${minimum}/withdrawal`);
    expect(await (await withdrawal()).json()).toMatchObject({ kind: 'minimum', state: 'withdrawn', version: 2 });
    expect(await (await withdrawal()).json()).toMatchObject({ code: 'pricing.rule_superseded' });
    expect((await app.request('POST', '/v1/price-rules/999/withdrawal')).status).toBe(404);
    const october = await statements('2026-10');
    const corrections = october.teams
      .flatMap(({ lines }) => lines)
      .map(({ team, effective, correction }) => {
        return [team, effective, correction?.period, correction?.cause];
      });
    expect(corrections).toEqual([
      ['ads', '-3.53321656051', SEPTEMBER, 'price'],
      ['search', '-2.33678343949', SEPTEMBER, 'price'],
    ]);
    expect(october.corrections).toMatchObject({ effective: '-5.87', billed: '-5.87' });
    expect(await verify('2026-10')).toMatchObject({ agrees: true });

    expect(await (await importRules(RULES.replace('discount,10', 'discount,0'))).json()).toEqual({
      created: 0,
      corrected: 2,
      unchanged: 2,
    });
    const causes = (await statements('2026-10')).teams
      .flatMap(({ lines }) => lines)
      .map((line) => line.correction?.cause);
    expect(new Set(causes)).toEqual(new Set(['price']));
  });

  it('converts a price in another currency at the rate of the day, and has none without a rate', async () => {
    app.clock.set(Date.UTC(2026, 9, 9));
    const price =
      'provider,model,token_class,price_per_1m,currency,from\neu,e1,inputUncached,3,EUR,2026-01-01T00:00:00Z';
    expect((await app.request('POST', '/v1/prices', price, CSV)).status).toBe(200);
    const event = {
      team: 'search',
      provider: 'eu',
      model: 'e1',
      pool: undefined,
      tokens: { inputUncached: 1_000_000 },
    };
    await sendAndWait(app, [
      usageEvent('eu-1', { ...event, occurredAt: '2026-10-01T10:05:00Z' }),
      usageEvent('eu-2', { ...event, occurredAt: '2026-10-08T10:05:00Z' }),
    ]);
    const rates = async (csv: string) => await (await app.request('POST', '/v1/fx-rates', csv, CSV)).json();
    const cost = async () => {
      const lines = (await statements('2026-10')).teams.flatMap((team) => team.lines);
      return lines.filter(({ provider }) => provider === 'eu').map(({ kind, effective }) => [kind, effective]);
    };
    expect(await cost()).toEqual([['unpriced', null]]);
    // The rate of 30 September holds for the seven days after it: not for 8 October.
    const header = 'from,to,day,rate,source\n';
    const first = `${header}EUR,USD,2026-09-30,1.1,ECB\nUSD,EUR,2026-10-01,9,ECB`;
    expect(await rates(first)).toEqual({ created: 2, corrected: 0, unchanged: 0 });
    expect(await cost()).toEqual([
      ['used', '3.3'],
      ['unpriced', null],
    ]);
    expect(await rates(`${header}EUR,USD,2026-10-08,1.200000000001,ECB`)).toMatchObject({ created: 1 });
    // 3 x 1.1 + 3 x 1.200000000001.
    expect(await cost()).toEqual([['used', '6.900000000003']]);
    expect(await verify('2026-10')).toMatchObject({ agrees: true });
    expect(await rates(first.replace('1.1', '1.2'))).toEqual({ created: 0, corrected: 1, unchanged: 1 });
    expect(await cost()).toEqual([['used', '7.200000000003']]);
    expect((await ask<Page<FxRateWire>>(app, 'GET', '/v1/fx-rates?from=EUR')).data).toMatchObject([
      { day: '2026-09-30', rate: '1.1', state: 'superseded' },
      { day: '2026-10-08', rate: '1.200000000001', state: 'current' },
      { day: '2026-09-30', rate: '1.2', state: 'current', version: 2 },
    ]);
    const bad = `${header}EUR,EUR,2026-10-01,1,\nEURO,USD,2026-02-30,0,\nEUR,USD,2026-10-01,1.0000000000001,\nEUR,USD,0000-12-31,1,`;
    const refused = (await rates(bad)) as Problem;
    expect(refused.errors.map(({ code }) => code)).toEqual([
      'pricing.same_currency',
      'pricing.unknown_currency',
      'pricing.bad_day',
      'pricing.bad_decimal',
      'pricing.bad_decimal',
      'pricing.bad_day',
    ]);
  });

  it('names every fault of a table of rules', async () => {
    const response = await importRules(`kind,value,provider,model,service_tier,team,cost_center,currency,from,to
rebate,1,,,,,,,2026-01-01T00:00:00Z,
discount,100.5,,,,,,,2026-01-01T00:00:00Z,
discount,-1,,,,,,,2026-01-01T00:10:00Z,
markup,1,,,,,,USD,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z
tier_multiplier,2,,,,ads,,,2026-01-01T00:00:00Z,
minimum,2,,gpt*,,,,EUR,2026-01-02T00:00:00Z,
discount,1,x,,,,,,2026-01-01T00:00:00Z,
discount,2,X,,,,,,2026-01-01T00:00:00Z,
`);
    expect(response.status).toBe(400);
    const { code, errors } = (await response.json()) as Problem;
    expect(code).toBe('pricing.import_refused');
    expect(errors.map((error) => `${error.detail.split(':')[0]}: ${error.code}`)).toEqual([
      'line 2, kind: pricing.unknown_rule_kind',
      'line 3, value: pricing.value_out_of_range',
      'line 4, value: pricing.bad_decimal',
      'line 4, from: pricing.not_on_period_edge',
      'line 5, currency: pricing.column_of_another_kind',
      'line 5, to: pricing.bad_interval',
      'line 6, service_tier: pricing.missing_value',
      'line 6, team: pricing.column_of_another_kind',
      'line 7, provider: pricing.missing_value',
      'line 7, currency: pricing.other_currency',
      'line 7, from: pricing.not_on_month_edge',
      'line 9: pricing.repeated_rule',
    ]);
    const many = Array.from({ length: 1_001 }, (_, i) => `discount,1,p${i},2026-01-01T00:00:00Z`);
    const tooMany = await importRules(['kind,value,provider,from', ...many].join('\n'));
    expect([tooMany.status, ((await tooMany.json()) as Problem).code]).toEqual([409, 'pricing.too_many_rules']);
    expect((await list('?limit=1000')).data.length).toBeLessThan(20);
  });
});
