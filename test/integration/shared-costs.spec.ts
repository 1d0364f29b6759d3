import type {
  CloseFindingsWire,
  CloseWire,
  JournalWire,
  PoolWire,
  SharedCostWire,
  StatementLineWire,
  StatementsWire,
  VerificationWire,
} from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const OCTOBER = '2026-10';

/**
 * October 2026, UTC. Two pools of one machine hour each: p5 at $60, used by search and ads as 3 to 1; p6 at $40, used by ads
 * alone. So search has $45 and ads $15 of p5 and $40 of p6: 45 to 55 of $100.
 */
describe('shared costs', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    for (const [pool, hourlyRate] of [
      ['p5', '60'],
      ['p6', '40'],
    ] as const)
      await setUpPool(app, {
        ...{ pool, hourlyRate },
        from: '2026-10-01T10:00:00Z',
        to: '2026-10-01T11:00:00Z',
        weights: { inputUncached: '1', output: '1' },
      });
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-7' });
    const quarters = ['00', '15', '30', '45'];
    await sendAndWait(
      app,
      quarters.flatMap((minute) => {
        const at = { occurredAt: `2026-10-01T10:${minute}:00Z` };
        return [
          usageEvent(`s${minute}`, { ...at, team: 'search', pool: 'p5', project: 'ranker', tokens: { output: 300 } }),
          usageEvent(`a${minute}`, { ...at, team: 'ads', pool: 'p5', tokens: { output: 100 } }),
          usageEvent(`b${minute}`, { ...at, team: 'ads', pool: 'p6', tokens: { output: 500 } }),
        ];
      }),
    );
  });
  afterAll(() => app.close());

  const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    read(await app.request(method, path, body, headers));
  const importCsv = (csv: string) => call('POST', '/v1/shared-costs', csv, { 'content-type': 'text/csv' });
  const statements = (period = OCTOBER) => ask<StatementsWire>(app, 'GET', `/v1/statements/${period}`);
  const verify = () => ask<VerificationWire>(app, 'POST', `/v1/statements/${OCTOBER}/verifications`);
  const linesOn = async (pool: string, period = OCTOBER): Promise<StatementLineWire[]> =>
    (await statements(period)).teams.flatMap(({ lines }) => lines).filter((line) => line.pool === pool);
  const amounts = (lines: readonly StatementLineWire[]) =>
    lines.map(({ team, costCenter, project, kind, effective, billed, policyVersion }) => [
      team,
      costCenter,
      project,
      kind,
      effective,
      billed,
      policyVersion,
    ]);

  it('sets up pools over teams and over pools, and shows them beside those of capacity', async () => {
    const storage = { over: 'teams', by: 'attributed_cost' };
    expect(await call('POST', '/v1/pools', { pool: 'storage', kind: 'shared', split: storage })).toMatchObject({
      status: 201,
      body: { pool: 'storage', kind: 'shared', policies: [{ version: 1, split: storage }] },
    });
    // Support: 30 % with storage, whose rule its part follows, 70 % with p5.
    const support = { over: 'pools', by: 'fixed', shares: { storage: '30', p5: '70' } };
    expect(await call('POST', '/v1/pools', { pool: 'support', kind: 'shared', split: support })).toMatchObject({
      status: 201,
    });
    const network = { over: 'pools', by: 'attributed_cost' };
    expect(await call('POST', '/v1/pools', { pool: 'network', kind: 'shared', split: network })).toMatchObject({
      body: { policies: [{ split: { ...network, pools: null } }] },
    });
    const { data } = await ask<{ data: PoolWire[] }>(app, 'GET', '/v1/pools');
    expect(data.map(({ pool, kind }) => [pool, kind])).toEqual([
      ['network', 'shared'],
      ['p5', 'capacity'],
      ['p6', 'capacity'],
      ['storage', 'shared'],
      ['support', 'shared'],
    ]);
    expect(data.at(-1)?.policies).toMatchObject([{ split: support }]);
  });

  it.each([
    ['a circle', 'storage', { over: 'pools', by: 'even', pools: ['support'] }, 422, 'cost_record.pools_in_a_circle'],
    ['itself', 'storage', { over: 'pools', by: 'even', pools: ['storage'] }, 422, 'cost_record.pools_in_a_circle'],
    ['an unknown pool', 'storage', { over: 'pools', by: 'even', pools: ['p7'] }, 422, 'cost_record.unknown_pool'],
    [
      'tokens on a shared pool',
      'network',
      { over: 'pools', by: 'tokens', pools: ['storage'] },
      422,
      'cost_record.no_tokens_on_shared_pool',
    ],
    ['shares of 90 percent', 'storage', { over: 'teams', by: 'fixed', shares: { ads: '90' } }, 400, 'request.invalid'],
    ['a rule nobody knows', 'storage', { over: 'teams', by: 'size' }, 400, 'request.invalid'],
    ['a pool twice', 'storage', { over: 'pools', by: 'even', pools: ['p5', 'p5'] }, 400, 'request.invalid'],
    ['a split of capacity', 'p5', { over: 'teams', by: 'even' }, 409, 'cost_record.other_pool_kind'],
    ['a pool that is not there', 'p9', { over: 'teams', by: 'even' }, 404, 'cost_record.pool_not_found'],
  ])('refuses %s', async (_, pool, split, status, code) => {
    const answer = await call('POST', `/v1/pools/${pool}/policies`, { kind: 'shared', split });
    expect(answer).toMatchObject({ status, body: { code } });
    if (code === 'cost_record.pools_in_a_circle') expect(answer.body.detail).toContain('"storage" → ');
  });

  it('refuses a policy of capacity on a shared pool, and costs of the other kind', async () => {
    const capacity = { attribution: { basis: 'requests' }, idle: 'separate' };
    expect(await call('POST', '/v1/pools/storage/policies', capacity)).toMatchObject({
      status: 409,
      body: { code: 'cost_record.other_pool_kind' },
    });
    expect(await call('POST', '/v1/pools', { pool: 'storage', ...capacity })).toMatchObject({ status: 409 });
    expect(
      await call('POST', '/v1/pools', { pool: 'p5', kind: 'shared', split: { over: 'teams', by: 'even' } }),
    ).toMatchObject({
      status: 409,
      body: { code: 'cost_record.pool_exists' },
    });
    const record =
      'pool,provider,region,instance_type,pricing_model,hourly_rate,currency,count,from\nstorage,aws,r,t,spot,1,USD,1,2026-10-01T00:00:00Z\n';
    expect(await call('POST', '/v1/cost-records', record, { 'content-type': 'text/csv' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/0/pool', code: 'cost_record.other_pool_kind' }] },
    });
  });

  it('takes a table as a whole or not at all, and names every cell at fault', async () => {
    const refused = await importCsv(
      [
        'pool,description,vendor,amount,currency,from,to',
        'p5,disks,aws,1,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z',
        'nowhere,disks,aws,1.0000000000001,EUR,2026-10-01T00:00:00Z,2026-10-01T00:00:00Z',
        'storage,disks,aws,1e3,USD,2026-10-01T00:00:00Z,',
        'storage,,,1,USD,2026-10-01,2026-11-01T00:00:00Z',
        'storage,disks,aws,1,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z',
        'storage,disks,aws,2,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z',
      ].join('\n'),
    );
    expect(refused).toMatchObject({ status: 400, body: { code: 'cost_record.import_refused' } });
    const errors = refused.body.errors as { pointer: string; code: string }[];
    expect(errors.map(({ pointer, code }) => [pointer, code]).sort()).toEqual([
      ['/0/pool', 'cost_record.other_pool_kind'],
      ['/1/amount', 'cost_record.bad_decimal'],
      ['/1/currency', 'cost_record.other_currency'],
      ['/1/to', 'cost_record.bad_interval'],
      ['/2/amount', 'cost_record.bad_decimal'],
      ['/2/to', 'cost_record.missing_value'],
      ['/3/description', 'cost_record.missing_value'],
      ['/3/from', 'cost_record.bad_instant'],
      ['/5/from', 'cost_record.repeated_record'],
    ]);
    expect(await ask(app, 'GET', '/v1/shared-costs')).toEqual({ data: [], nextCursor: null });
  });

  it('imports costs and credits, knows them again, and corrects them by versions', async () => {
    const table = (amount: string) =>
      [
        'pool,description,vendor,amount,currency,from,to',
        `storage,disks,aws,${amount},USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z`,
        // Two months, of which October has 31 of 61 days: $31.
        'network,egress,aws,61,USD,2026-10-01T00:00:00Z,2026-12-01T00:00:00Z',
        'support,contract,acme,110,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z',
        'support,credit note,acme,-10,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z',
      ].join('\r\n');
    expect(await importCsv(table('19'))).toMatchObject({
      body: { created: 4, corrected: 0, unchanged: 0, warnings: [] },
    });
    expect(await importCsv(table('19'))).toMatchObject({ body: { created: 0, corrected: 0, unchanged: 4 } });
    expect(await importCsv(table('20'))).toMatchObject({ body: { created: 0, corrected: 1, unchanged: 3 } });
    const { data } = await ask<{ data: SharedCostWire[] }>(app, 'GET', '/v1/shared-costs?pool=storage');
    expect(data).toMatchObject([
      { description: 'disks', vendor: 'aws', amount: '20', listAmount: '20', version: 2, to: '2026-11-01T00:00:00Z' },
    ]);
    const versions = await ask<{ data: SharedCostWire[] }>(
      app,
      'GET',
      `/v1/shared-costs/${data[0]?.sharedCostId ?? ''}`,
    );
    expect(versions.data.map(({ version, amount }) => [version, amount])).toEqual([
      [1, '19'],
      [2, '20'],
    ]);
    expect(await call('GET', `/v1/shared-costs/018bd2a2-0000-7000-8000-00000000000a`)).toMatchObject({ status: 404 });
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const path: string = `/v1/shared-costs?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page: { data: SharedCostWire[]; nextCursor: string | null } = await ask(app, 'GET', path);
      pages.push(...page.data.map(({ description }) => description));
      cursor = page.nextCursor;
    }
    expect(pages.sort()).toEqual(['contract', 'credit note', 'disks', 'egress']);
  });

  it('warns of two costs of the same that overlap, and takes them', async () => {
    const row = (amount: string, from: string) => ({
      ...{ pool: 'storage', description: 'backups', amount, currency: 'USD' },
      ...{ from, to: '2026-11-01T00:00:00Z' },
    });
    const rows = [row('3', '2026-10-01T00:00:00Z'), row('3', '2026-10-02T00:00:00Z')];
    expect(await call('POST', '/v1/shared-costs', rows)).toMatchObject({
      body: { created: 2, warnings: [{ pointer: '/1', code: 'cost_record.shared_cost_overlap' }] },
    });
    // An amount of 0 withdraws them, and nothing is left to warn of.
    expect(
      await call(
        'POST',
        '/v1/shared-costs',
        rows.map((one) => ({ ...one, amount: '0' })),
      ),
    ).toMatchObject({
      body: { corrected: 2, warnings: [] },
    });
  });

  it('splits them over teams, over pools, and step by step, to the last digit', async () => {
    // Storage, $20 as 45 to 55.
    expect(amounts(await linesOn('storage'))).toEqual([
      ['ads', null, null, 'shared', '11', '11.00', 1],
      ['search', 'cc-7', null, 'shared', '9', '9.00', 1],
    ]);
    // Network, $31: p5 60 % = 18.60 as 3 to 1, p6 40 % = 12.40 to ads.
    expect(amounts(await linesOn('network'))).toEqual([
      ['ads', null, null, 'shared', '17.05', '17.05', 1],
      ['search', 'cc-7', 'ranker', 'shared', '13.95', '13.95', 1],
    ]);
    // Support, $110 less $10: 30 go as storage does (13.50 to search, 16.50 to ads), 70 as p5 (52.50 and 17.50).
    expect(amounts(await linesOn('support'))).toEqual([
      ['ads', null, null, 'shared', '16.5', '16.50', 1],
      ['ads', null, null, 'shared', '17.5', '17.50', 1],
      ['search', 'cc-7', null, 'shared', '13.5', '13.50', 1],
      ['search', 'cc-7', 'ranker', 'shared', '52.5', '52.50', 1],
    ]);
    const { pools, summary, teams } = await statements().then((all) => ({ ...all, summary: all.byKind }));
    expect(pools.map(({ pool, kind, cost, unexplained }) => [pool, kind, cost?.billed, unexplained])).toEqual([
      ['network', 'shared', '31.00', '0'],
      ['p5', 'capacity', '60.00', '0'],
      ['p6', 'capacity', '40.00', '0'],
      ['storage', 'shared', '20.00', '0'],
      ['support', 'shared', '100.00', '0'],
    ]);
    expect(summary.shared.billed).toBe('151.00');
    expect(teams.map(({ team, total }) => [team, total.billed])).toEqual([
      ['ads', '117.05'],
      ['search', '133.95'],
    ]);
    expect(await verify()).toMatchObject({ agrees: true, firstDifference: null, checked: { pools: 5 } });
  });

  it('splits the cost of a pool by time where its policy changes, and leaves it unattributed where it has none', async () => {
    const split = { over: 'teams', by: 'fixed', shares: { search: '100' } };
    await ask(app, 'POST', '/v1/pools', { pool: 'staff', kind: 'shared', split, validFrom: '2026-10-11T00:00:00Z' });
    const even = { over: 'teams', by: 'even' };
    await ask(app, 'POST', '/v1/pools/staff/policies', {
      kind: 'shared',
      split: even,
      validFrom: '2026-10-21T00:00:00Z',
    });
    // Said again, it is no new version.
    const said = await ask<PoolWire>(app, 'POST', '/v1/pools/staff/policies', {
      kind: 'shared',
      split: even,
      validFrom: '2026-10-25T00:00:00Z',
    });
    expect(said.policies.map(({ version }) => version)).toEqual([1, 2]);
    // $1 a day: ten days without a policy, ten of the first, eleven of the second.
    const rows = [
      {
        pool: 'staff',
        description: 'salaries',
        amount: '31',
        currency: 'USD',
        from: '2026-10-01T00:00:00Z',
        to: '2026-11-01T00:00:00Z',
      },
    ];
    await ask(app, 'POST', '/v1/shared-costs', rows);
    expect(amounts(await linesOn('staff'))).toEqual([
      ['ads', null, null, 'shared', '5.5', '5.50', 2],
      ['platform', null, null, 'unattributed', '10', '10.00', null],
      ['search', 'cc-7', null, 'shared', '10', '10.00', 1],
      ['search', 'cc-7', null, 'shared', '5.5', '5.50', 2],
    ]);
    expect(
      (await ask<CloseFindingsWire>(app, 'GET', `/v1/statements/${OCTOBER}/close-findings`)).findings,
    ).toMatchObject([{ check: 'unattributed_cost' }]);
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('closes with them, in the ledger and among the versions', async () => {
    const reason = { accept: ['unattributed_cost'], reason: 'before there was a rule' };
    const closed = await call('POST', `/v1/statements/${OCTOBER}/close`, reason);
    expect(closed).toMatchObject({ status: 201, body: { state: 'closed' } });
    const { data } = await ask<{ data: CloseWire[] }>(app, 'GET', '/v1/closes');
    const versions = data[0]?.versions;
    expect(versions?.sharedCosts.map(({ version }) => version).sort()).toEqual([1, 1, 1, 1, 2, 2, 2]);
    expect(versions?.policies).toContainEqual({ pool: 'staff', version: 2 });
    const journal = await ask<JournalWire>(app, 'GET', `/v1/statements/${OCTOBER}/journal`);
    expect(journal).toMatchObject({ debits: '282.00', credits: '282.00' });
    expect(journal.postings).toContainEqual(
      expect.objectContaining({ ledgerAccount: 'clearing:pool:support', credit: '100.00' }),
    );
    const csv = await (await app.request('GET', `/v1/statements/${OCTOBER}/chargeback.csv`)).text();
    expect(csv).toContain(',storage,shared,');
    const focus = await (await app.request('GET', `/v1/statements/${OCTOBER}/focus.csv?focusVersion=1.3`)).text();
    expect(focus.split('\r\n').length).toBe(csv.split('\r\n').length);
  });

  it('corrects the closed month for an amount and a policy that come late, with their causes', async () => {
    const rows = [
      {
        pool: 'storage',
        description: 'disks',
        vendor: 'aws',
        amount: '30',
        currency: 'USD',
        from: '2026-10-01T00:00:00Z',
        to: '2026-11-01T00:00:00Z',
      },
    ];
    await ask(app, 'POST', '/v1/shared-costs', rows);
    const split = { over: 'teams', by: 'fixed', shares: { ads: '100' } };
    await ask(app, 'POST', '/v1/pools/network/policies', { kind: 'shared', split, validFrom: '2026-10-01T00:00:00Z' });
    const corrections = (await statements('2026-11')).teams
      .flatMap(({ lines }) => lines)
      .filter(({ correction }) => correction !== null);
    expect(corrections.map(({ team, pool, billed, correction }) => [team, pool, billed, correction?.cause])).toEqual([
      // Network, $31: all of it to ads as a team; its lines of models and projects are taken back.
      ['ads', 'network', '31.00', 'policy'],
      // Storage, $10 more as 55 to 45.
      ['ads', 'storage', '5.50', 'cost'],
      ['ads', 'network', '-17.05', 'policy'],
      ['search', 'storage', '4.50', 'cost'],
      ['search', 'network', '-13.95', 'policy'],
    ]);
    expect(await verify()).toMatchObject({ agrees: true, sinceClose: { billed: '10.00' } });
  });
});
