import type { PolicyPreviewWire, PoolWire, StatementsWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

const OCTOBER = '2026-10';
const START = '2026-10-01T00:00:00Z';
const tokens = { basis: 'weighted_tokens', weights: { inputUncached: '1', output: '1' } };

/**
 * October 2026, UTC. One machine hour of p5 at $60. Search and ads use three of its quarters, as 3 to 1; the fourth stands idle:
 * search has $33.75, ads $11.25, the platform team $15. Storage costs $10, the same for search and ads.
 */
describe('previews of policies', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
    app.clock.set(Date.UTC(2026, 10, 2));
    const hour = { from: '2026-10-01T10:00:00Z', to: '2026-10-01T11:00:00Z' };
    await setUpPool(app, { pool: 'p5', hourlyRate: '60', ...hour, weights: tokens.weights });
    await ask(app, 'POST', '/v1/pools', { pool: 'storage', kind: 'shared', split: { over: 'teams', by: 'even' } });
    const row = `storage,disks,aws,10,USD,${START},2026-11-01T00:00:00Z`;
    const csv = `pool,description,vendor,amount,currency,from,to\n${row}\n`;
    await app.request('POST', '/v1/shared-costs', csv, { 'content-type': 'text/csv' });
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-7' });
    await sendAndWait(
      app,
      ['00', '15', '30'].flatMap((minute) => {
        const at = { occurredAt: `2026-10-01T10:${minute}:00Z`, pool: 'p5' };
        return [
          usageEvent(`s${minute}`, { ...at, team: 'search', tokens: { output: 300 } }),
          usageEvent(`a${minute}`, { ...at, team: 'ads', tokens: { output: 100 } }),
        ];
      }),
    );
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const post = async (path: string, body: unknown) => read(await app.request('POST', path, body));
  const preview = (pool: string, body: unknown, period = OCTOBER) =>
    ask<PolicyPreviewWire>(app, 'POST', `/v1/pools/${pool}/policy-previews?period=${period}`, body);
  const totals = async () => {
    const { teams } = await ask<StatementsWire>(app, 'GET', `/v1/statements/${OCTOBER}`);
    return Object.fromEntries(teams.map(({ team, total }) => [team, total.billed]));
  };
  const policies = async (pool: string) => (await ask<PoolWire>(app, 'GET', `/v1/pools/${pool}`)).policies;

  it('tell team by team what would change, the largest change first, and store nothing', async () => {
    expect(await totals()).toEqual({ search: '38.75', ads: '16.25', platform: '15.00' });
    const told = await preview('p5', { attribution: tokens, idle: 'proportional', validFrom: START });
    expect(told).toEqual({
      period: OCTOBER,
      currency: 'USD',
      policy: { pool: 'p5', version: 2, validFrom: START },
      changes: [
        {
          ...{ team: 'platform', known: false, costCenter: null },
          before: { effective: '15', billed: '15.00' },
          after: { effective: '0', billed: '0.00' },
          change: { effective: '-15', billed: '-15.00' },
        },
        {
          ...{ team: 'search', known: true, costCenter: 'cc-7' },
          before: { effective: '38.75', billed: '38.75' },
          after: { effective: '50', billed: '50.00' },
          change: { effective: '11.25', billed: '11.25' },
        },
        {
          ...{ team: 'ads', known: true, costCenter: null },
          before: { effective: '16.25', billed: '16.25' },
          after: { effective: '20', billed: '20.00' },
          change: { effective: '3.75', billed: '3.75' },
        },
      ],
    });
    expect(await policies('p5')).toHaveLength(1);
    expect(await totals()).toEqual({ search: '38.75', ads: '16.25', platform: '15.00' });
  });

  it.each([
    ['a half hour on', { attribution: { basis: 'even' }, idle: 'even', validFrom: '2026-10-01T10:30:00Z' }, 'p5'],
    ['another basis', { attribution: { basis: 'peak' }, idle: 'separate', validFrom: START }, 'p5'],
    ['shared cost', { kind: 'shared', split: { over: 'teams', by: 'attributed_cost' }, validFrom: START }, 'storage'],
  ])('tell what then comes true: %s', async (_, body, pool) => {
    const before = await totals();
    const told = await preview(pool, body);
    expect(told.changes.length).toBeGreaterThan(1);
    await ask(app, 'POST', `/v1/pools/${pool}/policies`, body);
    const after = await totals();
    const changed = Object.keys({ ...before, ...after }).filter(
      (team) => (before[team] ?? '0.00') !== (after[team] ?? '0.00'),
    );
    expect(told.changes.map(({ team }) => team).sort()).toEqual(changed.sort());
    for (const change of told.changes) expect(change.after.billed).toBe(after[change.team] ?? '0.00');
    const cents = told.changes.map(({ change }) => Math.round(Number(change.billed) * 100));
    expect(cents.reduce((sum, part) => sum + part, 0)).toBe(0);
    expect((await policies(pool)).at(-1)?.version).toBe(told.policy?.version);
  });

  it('say so when nothing would change', async () => {
    const same = { kind: 'shared', split: { over: 'teams', by: 'attributed_cost' }, validFrom: START };
    expect(await preview('storage', same)).toMatchObject({ policy: null, changes: [] });
    // From the next quarter of an hour on, which is after October.
    const later = await preview('p5', { attribution: tokens, idle: 'separate' });
    expect(later).toMatchObject({ policy: { validFrom: '2026-11-02T00:15:00Z' }, changes: [] });
  });

  it.each([
    ['p9', OCTOBER, { attribution: tokens, idle: 'even' }, 404, 'cost_record.pool_not_found'],
    ['storage', OCTOBER, { attribution: tokens, idle: 'even' }, 409, 'cost_record.other_pool_kind'],
    ['p5', OCTOBER, { kind: 'shared', split: { over: 'teams', by: 'even' } }, 409, 'cost_record.other_pool_kind'],
    ['storage', OCTOBER, { kind: 'shared', split: { over: 'pools', by: 'even', pools: ['p9'] } }, 422, null],
    ['p5', OCTOBER, { attribution: tokens, idle: 'even', validFrom: '2026-10-01T00:01:00Z' }, 400, null],
    ['p5', '2026-13', { attribution: tokens, idle: 'even' }, 400, null],
    ['p5', OCTOBER, { attribution: tokens }, 400, 'request.invalid'],
  ])('refuse what %s could not take in %s: %j', async (pool, period, body, status, code) => {
    const answer = await post(`/v1/pools/${pool}/policy-previews?period=${period}`, body);
    expect(answer).toMatchObject({ status, body: code === null ? {} : { code } });
  });

  it('are a dry run of the command line', async () => {
    const words = ['pools', 'set-policy', 'p5', '--basis', 'requests', '--from', START, '--dry-run'];
    const before = await policies('p5');
    const told = await cli.run(...words, '--period', OCTOBER);
    expect(told).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing is stored') });
    expect(told.stdout).toMatch(/^TEAM +COST CENTRE +BEFORE +AFTER +CHANGE$/m);
    expect(told.stdout).toMatch(/^search +cc-7 .* USD/m);
    const json = await cli.run(...words, '--period', OCTOBER, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ policy: { pool: 'p5' } });
    expect((await cli.run(...words)).exitCode).toBe(2);
    expect((await cli.run(...words.slice(0, -1), '--period', OCTOBER)).exitCode).toBe(2);
    expect(await policies('p5')).toEqual(before);
  });
});
