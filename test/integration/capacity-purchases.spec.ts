import type {
  ChargebackManifestWire,
  CloseWire,
  Page,
  PurchaseVersions,
  PurchaseWire,
  StatementLineWire,
  StatementsWire,
  VerificationWire,
} from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

const OCTOBER = '2026-10';
const COLUMNS = 'purchase,pool,provider,region,instance_type,pricing_model,count,upfront,hourly_rate,currency,from,to';
/**
 * Two p5.48xlarge for three years (1,096 days, 26,304 hours): $789,120 at once are $15, with the fee $25 an instance-hour.
 * October has 744 hours: $37,200.
 */
const RESERVED = [
  `${COLUMNS},list_hourly_rate,contracted_hourly_rate`,
  'ri-7,h100,aws,us-east-1,p5.48xlarge,reserved,2,789120,10,USD,2026-10-01T00:00:00Z,2029-10-01T00:00:00Z,98.32,80',
].join('\n');
/**
 * A node of eight GPUs for the same time from January on: $303,040 less $40,000 are $10 an hour; 8 kW x 1.25 x $0.12 are $1.20,
 * space and staff $2.50. From the 16th power costs $0.20: 360 h x $13.70 + 384 h x $14.50 = $10,500.
 */
const NODE =
  'node-1,own,own,hall-2,dgx-h100,owned,1,303040,2.5,USD,2026-01-01T00:00:00Z,2029-01-01T00:00:00Z,40000,8,1.25';
const OWNED = [
  `${COLUMNS},residual_value,power_kw,pue,energy_price,terms_from`,
  `${NODE},0.12,`,
  `${NODE},0.20,2026-10-16T00:00:00Z`,
].join('\n');
/** One of the reserved instances ran all month; in one hour there were three, of which one is beyond what was bought. */
const RAN = [
  'pool,provider,region,instance_type,pricing_model,hourly_rate,list_hourly_rate,currency,count,from,to',
  'h100,aws,us-east-1,p5.48xlarge,reserved,55.04,98.32,USD,1,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z',
  'h100,aws,us-east-1,p5.48xlarge,reserved,55.04,98.32,USD,2,2026-10-14T10:00:00Z,2026-10-14T11:00:00Z',
].join('\n');

describe('capacity that is bought for a term', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    cli = cliFor(app);
    for (const pool of ['h100', 'own'])
      await ask(app, 'POST', '/v1/pools', {
        pool,
        attribution: { basis: 'weighted_tokens', weights: { inputUncached: '1', output: '1' } },
        idle: 'separate',
      });
    for (const team of ['a', 'b']) await ask(app, 'PUT', `/v1/teams/${team}`, {});
    const usage = (id: string, team: string, pool: string, occurredAt: string, output: number) =>
      usageEvent(id, { team, pool, occurredAt, tokens: { output } });
    await sendAndWait(
      app,
      [
        [
          usage('1', 'a', 'h100', '2026-10-14T10:05:00Z', 300),
          usage('2', 'b', 'h100', '2026-10-14T10:06:00Z', 100),
          usage('3', 'a', 'h100', '2026-10-14T12:05:00Z', 7),
          usage('4', 'b', 'own', '2026-10-20T09:00:00Z', 7),
        ],
      ].flat(),
    );
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const get = <T>(path: string) => ask<T>(app, 'GET', path);
  const csv = { 'content-type': 'text/csv' };
  const importCsv = async (text: string) => read(await app.request('POST', '/v1/capacity-purchases', text, csv));
  const costsOf = ({ pools }: StatementsWire) => pools.map(({ pool, cost }) => [pool, cost?.effective]);

  it('is imported by the command line, once', async () => {
    for (const [name, text, out] of [
      ['reserved.csv', RESERVED, '1 created, 0 corrected, 0 already known\n'],
      ['owned.csv', OWNED, '1 created, 0 corrected, 0 already known\n'],
      ['owned.csv', OWNED, '0 created, 0 corrected, 1 already known\n'],
    ] as const)
      expect(await cli.run('capacity-purchases', 'import', cli.write(name, text))).toMatchObject({ stdout: out });
    const { stdout } = await cli.run('capacity-purchases', 'list', '--pool', 'own');
    expect(stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'PURCHASE POOL PROVIDER REGION INSTANCE TYPE PRICING COUNT UPFRONT HOURLY POWER FROM TO VERSION',
      'node-1 own own hall-2 dgx-h100 owned 1 303040 2.5 8 kW x 1.25 x 0.12/kWh USD 2026-01-01T00:00:00Z 2026-10-16T00:00:00Z 1',
      'node-1 own own hall-2 dgx-h100 owned 1 2.5 8 kW x 1.25 x 0.2/kWh USD 2026-10-16T00:00:00Z 2029-01-01T00:00:00Z 1',
      '',
    ]);
  });

  it('is taken as running where no records say what ran', async () => {
    const statements = await get<StatementsWire>(`/v1/statements/${OCTOBER}`);
    expect(costsOf(statements)).toEqual([
      ['h100', '37200'],
      ['own', '10500'],
    ]);
    // Two quarters of an hour at $12.50 and one at $3.625 were used.
    expect(statements.byKind.used.effective).toBe('28.625');
  });

  it('is idle as far as it did not run, and pays by the hour what runs beyond it', async () => {
    await cli.run('cost-records', 'import', cli.write('ran.csv', RAN));
    const statements = await get<StatementsWire>(`/v1/statements/${OCTOBER}`);
    expect(statements.pools.map(({ pool, cost, unexplained }) => [pool, cost?.billed, unexplained])).toEqual([
      ['h100', '37255.04', '0'],
      ['own', '10500.00', '0'],
    ]);
    // 10:00: two of $25 and one of $55.04 an hour are $26.26, three quarters of it team a's. 12:00: one of $25 is $6.25.
    // Half cents go to the smaller name: a's 25.945 before b's 6.565, b's 3.625 before the platform's 10,496.375.
    const teams = statements.teams.map(({ team, total, byKind }) => [team, byKind.used.effective, total.billed]);
    expect(teams).toEqual([
      ['a', '25.945', '25.95'],
      ['b', '10.19', '10.19'],
      ['platform', '0', '47718.90'],
    ]);
    const idle = statements.teams.flatMap(({ lines }) => lines).filter(({ kind }) => kind === 'idle');
    expect(idle.map(({ pool, effective, quantity }) => [pool, effective, quantity])).toEqual([
      // 744 h of two instances and 1 h of a third, less 15 min of three and 15 min of one.
      ['h100', '37222.53', '5356800'],
      ['own', '10496.375', '2677500'],
    ]);
  });

  it('is shown at public and negotiated prices, in cash and amortised, each apart', async () => {
    const { pools } = await get<StatementsWire>(`/v1/statements/${OCTOBER}`);
    const [h100, own] = pools.map(({ cost }) => cost);
    // 1,488 instance-hours at 98.32, 80 and, by the hour, 10; one beyond them at 98.32 in public and 55.04.
    expect(h100).toEqual({
      list: '146398.48',
      contracted: '119138.32',
      invoiced: '804055.04', // 789,120 + 14,880 + 55.04
      effective: '37255.04',
      billed: '37255.04',
    });
    // Bought in January: what falls due in October is power, space and staff.
    expect(own).toMatchObject({ list: null, contracted: '10500', invoiced: '3060', effective: '10500' });
    const { stdout } = await cli.run('bill', '--period', OCTOBER);
    expect(stdout).toContain(
      [
        'POOL        LIST  CONTRACTED    INVOICED  EFFECTIVE',
        'h100  146,398.48  119,138.32  804,055.04  37,255.04',
        'own      unknown   10,500.00    3,060.00  10,500.00',
      ].join('\n'),
    );
    const manifest = await get<ChargebackManifestWire>(`/v1/statements/${OCTOBER}/chargeback.manifest.json`);
    expect(manifest.pools.map(({ pool, invoiced }) => [pool, invoiced])).toEqual([
      ['h100', '804055.04'],
      ['own', '3060'],
    ]);
  });

  it('agrees with what is computed anew from the raw events', async () => {
    const verification = await ask<VerificationWire>(app, 'POST', `/v1/statements/${OCTOBER}/verifications`);
    expect(verification).toMatchObject({ agrees: true, firstDifference: null });
  });

  it.each([
    ['an end before the begin', { to: '2026-09-01T00:00:00Z' }, '/0/to', 'cost_record.bad_interval'],
    ['a pool that nobody set up', { pool: 'nowhere' }, '/0/pool', 'cost_record.unknown_pool'],
    ['power of a reservation', { powerKw: '8', energyPrice: '0.2' }, '/0/pricingModel', 'cost_record.owned_only'],
    ['power without a price', { pricingModel: 'owned', powerKw: '8' }, '/0/energyPrice', 'cost_record.missing_value'],
    [
      'a PUE below one',
      { pricingModel: 'owned', powerKw: '8', energyPrice: '1', pue: '0.9' },
      '/0/pue',
      'cost_record.bad_decimal',
    ],
    [
      'a residual value above the price',
      { pricingModel: 'owned', residualValue: '2' },
      '/0/residualValue',
      'cost_record.bad_decimal',
    ],
    ['an unknown model', { pricingModel: 'spot' }, '/0/pricingModel', 'cost_record.unknown_pricing_model'],
    ['another currency', { currency: 'EUR' }, '/0/currency', 'cost_record.other_currency'],
    ['terms after the end', { termsFrom: '2030-01-01T00:00:00Z' }, '/0/termsFrom', 'cost_record.bad_interval'],
    ['no terms at the begin', { termsFrom: '2026-10-02T00:00:00Z' }, '/0/termsFrom', 'cost_record.no_first_terms'],
    ['a negative fee', { upfront: '-1' }, '/0/upfront', 'cost_record.bad_decimal'],
  ])('is refused with %s', async (_, wrong, pointer, code) => {
    const row = {
      ...{ purchase: 'x', pool: 'h100', provider: 'aws', region: 'r', instanceType: 't', pricingModel: 'reserved' },
      ...{ count: '1', upfront: '1', hourlyRate: '1', currency: 'USD' },
      ...{ from: '2026-10-01T00:00:00Z', to: '2027-10-01T00:00:00Z' },
    };
    const refused = await read(await app.request('POST', '/v1/capacity-purchases', [{ ...row, ...wrong }]));
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'cost_record.import_refused', errors: [{ pointer, code }] },
    });
  });

  it('is refused when its rows contradict each other', async () => {
    const torn = OWNED.replace('8,1.25,0.20', '8,1.5,0.20').replace(
      '303040,2.5,USD,2026-01-01T00:00:00Z,2029',
      '1303040,2.5,USD,2026-01-01T00:00:00Z,2029',
    );
    expect(await importCsv(torn)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/1/purchase', code: 'cost_record.conflicting_purchase' }] },
    });
    expect(await importCsv(OWNED.replace('2026-10-16', '2026-01-01'))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/1/terms_from', code: 'cost_record.repeated_terms' }] },
    });
  });

  it('keeps every version, and is listed page by page', async () => {
    const cheaper = RESERVED.replace('98.32,80', '98.32,79');
    expect(await importCsv(cheaper)).toMatchObject({ body: { created: 0, corrected: 1, unchanged: 0 } });
    expect(await importCsv(RESERVED)).toMatchObject({ body: { created: 0, corrected: 1, unchanged: 0 } });
    const { data } = await get<PurchaseVersions>('/v1/capacity-purchases/ri-7');
    expect(data.map(({ version, contractedHourlyRate }) => [version, contractedHourlyRate])).toEqual([
      [1, '80'],
      [2, '79'],
      [3, '80'],
    ]);
    expect(data[2]).toMatchObject({ count: '2', upfront: '789120', recordedFrom: '2026-10-01T00:00:00Z' });
    const first = await get<Page<PurchaseWire>>('/v1/capacity-purchases?limit=1');
    const next = await get<Page<PurchaseWire>>(`/v1/capacity-purchases?limit=1&cursor=${first.nextCursor ?? ''}`);
    expect([...first.data, ...next.data].map(({ purchase }) => purchase)).toEqual(['node-1', 'ri-7']);
    expect(next.nextCursor).toBeNull();
    const missing = await read(await app.request('GET', '/v1/capacity-purchases/none'));
    expect(missing).toMatchObject({ status: 404, body: { code: 'cost_record.purchase_not_found' } });
  });

  it('is frozen with the close, and corrected afterwards when more of it ran than was known', async () => {
    const findings = await get<{ findings: { check: string }[] }>(`/v1/statements/${OCTOBER}/close-findings`);
    // The node has been in service since January.
    expect(findings.findings.map(({ check }) => check)).toEqual(['earlier_usage']);
    const accept = { accept: ['earlier_usage'], reason: 'bought in January' };
    expect(await read(await app.request('POST', `/v1/statements/${OCTOBER}/close`, accept))).toMatchObject({
      status: 201,
    });
    const closes = await get<Page<CloseWire>>('/v1/closes');
    expect(closes.data[0]?.versions.purchases).toEqual([
      { purchase: 'node-1', version: 1 },
      { purchase: 'ri-7', version: 3 },
    ]);
    const more = `${RAN.split('\n')[0] ?? ''}\nh100,aws,us-east-1,p5.48xlarge,reserved,55.04,98.32,USD,1,2026-10-14T12:00:00Z,2026-10-14T12:15:00Z`;
    await cli.run('cost-records', 'import', cli.write('more.csv', more));
    const november = await get<StatementsWire>('/v1/statements/2026-11');
    const corrections = november.teams.flatMap(({ lines }) => lines).filter(({ correction }) => correction !== null);
    const shown = ({ team, kind, effective, correction }: StatementLineWire) => [
      team,
      kind,
      effective,
      correction?.cause,
    ];
    expect(corrections.map(shown)).toEqual([
      ['a', 'used', '6.25', 'cost'],
      ['platform', 'idle', '-6.25', 'cost'],
    ]);
    expect(await ask<VerificationWire>(app, 'POST', `/v1/statements/${OCTOBER}/verifications`)).toMatchObject({
      agrees: true,
      sinceClose: { billed: '0.00' },
    });
  });
});
