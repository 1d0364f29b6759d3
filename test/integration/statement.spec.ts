import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { DataSource } from 'typeorm';
import type { ChargebackManifestWire, FocusManifestWire, StatementsWire, VerificationWire } from '#contract';
import { dimensionKey } from '#metering';
import { usageOf } from '../../libs/rating/domain/testing.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { sumBy } from '../support/statement.js';

const HOUR = Date.UTC(2026, 9, 14, 10);
const MINUTE_MS = 60_000;

interface Stored {
  readonly team: string;
  /** Minutes after 10:00 of 14 October 2026. */
  readonly minute: number;
  readonly input: number;
  readonly output?: number;
  readonly pool?: string;
  readonly user?: string;
}

/** Writes events with their identities and buckets, as metering would have. */
async function store(db: DataSource, events: readonly Stored[]): Promise<void> {
  for (const { team, minute, input, output = 0, pool = 'p5', user = null } of events) {
    const { dimension } = usageOf({ dimension: { team, pool, user } });
    const key = dimensionKey(dimension);
    const [{ id } = { id: 0 }]: { id: number }[] = await db.query(
      `insert into usage_dimension (account_id, dimension_key, dimension_hash, team, end_user, model, pool, service_tier, context_from, status, billable_tags)
       values (1, $1, md5($1)::uuid, $2, $3, $4, $5, 'standard', 0, 'ok', '{}')
       on conflict (account_id, dimension_hash) do update set team = excluded.team returning dimension_id as id`,
      [key, team, user, dimension.model, pool],
    );
    const at = new Date(HOUR + minute * MINUTE_MS).toISOString();
    await db.query(
      `with identity as (
         insert into event_identity (account_id, identity, content, occurred_at)
         values (1, gen_random_uuid(), gen_random_uuid(), $1) returning identity)
       insert into usage_event (account_id, identity, occurred_at, received_at, dimension_id, source_id, input_uncached,
         cache_read, cache_write_5m, cache_write_1h, output, reasoning, event_id)
       select 1, identity, $1, $1, $2, 1, $3, 0, 0, 0, $4, 0, 'e' from identity`,
      [at, id, input, output],
    );
    await db.query(
      `insert into metered_usage as bucket values (1, date_bin('15 minutes', $1::timestamptz, '2000-01-01Z'), $2, 1, $3, 0, 0, 0, $4, 0, 0, 0, 0, 1)
       on conflict (account_id, charge_period, dimension_id) do update set requests = bucket.requests + 1,
         input_uncached = bucket.input_uncached + excluded.input_uncached, output = bucket.output + excluded.output,
         untimed_requests = bucket.untimed_requests + 1`,
      [at, id, input, output],
    );
  }
}

describe('the statements of a month', () => {
  let app: TestApp;
  const get = <T>(path: string) => ask<T>(app, 'GET', path);

  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 20));
    await setUpPool(app, {
      pool: 'p5',
      hourlyRate: '55.04',
      from: '2026-10-14T10:00:00Z',
      to: '2026-10-14T11:00:00Z',
      weights: { inputUncached: '1', output: '2' },
    });
    await app.database.dataSource.query(
      `insert into team (account_id, team, registered_by) values (1, 'a', 'event'), (1, 'b', 'event') on conflict do nothing`,
    );
    await store(app.database.dataSource, [
      { team: 'a', minute: 0, input: 100 },
      { team: 'b', minute: 14, input: 0, output: 50 },
      { team: 'a', minute: 15, input: 7, output: 3 },
      { team: 'a', minute: 45, input: 2, user: 'u1' },
      { team: 'a', minute: 46, input: 2, user: 'u2' },
      { team: 'b', minute: 59, input: 2 },
      { team: 'b', minute: 70, input: 5, pool: 'nobody-set-up' },
    ]);
  });
  afterAll(() => app.close());

  it('charge each quarter of an hour by its own mix and keep idle and unpriced visible', async () => {
    const statements = await get<StatementsWire>('/v1/statements/2026-10');
    expect(statements).toMatchObject({
      state: 'draft',
      currency: 'USD',
      period: { name: '2026-10', timeZone: 'UTC', start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' },
      accruedTo: '2026-11-01T00:00:00Z',
      total: { effective: '55.04', billed: '55.04', list: '55.04' },
      byKind: { used: { effective: '41.28' }, idle: { effective: '13.76' } },
      unpriced: { lines: 1, requests: '1', tokens: '5' },
      usage: { requests: '7' },
    });
    // a: 6.88 + 13.76 + 2/3 of 13.76; b: 6.88 + 1/3 of 13.76.
    expect(statements.teams.map(({ team, total }) => [team, total.effective, total.billed])).toEqual([
      ['a', '29.813333333334', '29.81'],
      ['b', '11.466666666666', '11.47'],
      ['platform', '13.76', '13.76'],
    ]);
    expect(statements.pools.map(({ pool, cost, unexplained }) => [pool, cost?.billed ?? null, unexplained])).toEqual([
      ['nobody-set-up', null, '0'],
      ['p5', '55.04', '0'],
    ]);
  });

  it('can be those of one team', async () => {
    const { teams } = await get<StatementsWire>('/v1/statements/2026-10?team=b');
    expect(teams.map(({ team }) => team)).toEqual(['b']);
  });

  it('are the same at every request', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => app.request('GET', '/v1/statements/2026-10').then((r) => r.text())),
    );
    expect(first).toBe(second);
  });

  it('come as a CSV that its manifest describes', async () => {
    const response = await app.request('GET', '/v1/statements/2026-10/chargeback.csv');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="chargeback_2026-10_all_draft.csv"');
    const csv = await response.text();
    const sha256 = createHash('sha256').update(csv);
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${sha256.copy().digest('base64')}:`);
    const rows: Record<string, string>[] = parse(csv, { columns: true });
    const manifest = await get<ChargebackManifestWire>('/v1/statements/2026-10/chargeback.manifest.json');
    expect(manifest).toMatchObject({
      file: 'chargeback_2026-10_all_draft.csv',
      sha256: sha256.digest('hex'),
      bytes: Buffer.byteLength(csv),
      rows: rows.length,
      unpricedRows: 1,
      columns: Object.keys(rows[0] ?? {}),
      total: { billed: '55.04', effective: '55.04' },
    });
  });

  it('come as the CSV of one team, and of no team that has none', async () => {
    const response = await app.request('GET', '/v1/statements/2026-10/chargeback.csv?team=a');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="chargeback_2026-10_a_draft.csv"');
    const rows: Record<string, string>[] = parse(await response.text(), { columns: true });
    expect(new Set(rows.map(({ team }) => team))).toEqual(new Set(['a']));
    const none = await app.request('GET', '/v1/statements/2026-10/chargeback.csv?team=nobody');
    expect([none.status, (await none.json()) as { code: string }]).toMatchObject([
      404,
      { code: 'report.team_not_found' },
    ]);
  });

  it.each(['1.2', '1.3'])('come as FOCUS %s, whose totals are those of the statement', async (version) => {
    const response = await app.request('GET', `/v1/statements/2026-10/focus.csv?focusVersion=${version}`);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="focus-${version}_2026-10_all_draft.csv"`,
    );
    const csv = await response.text();
    const sha256 = createHash('sha256').update(csv);
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${sha256.copy().digest('base64')}:`);
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(csv)));

    const rows: Record<string, string>[] = parse(csv, { columns: true, record_delimiter: '\r\n' });
    const statements = await get<StatementsWire>('/v1/statements/2026-10');
    const byTeam = (cost: 'billed' | 'effective') =>
      Object.fromEntries(statements.teams.map(({ team, total }) => [team, total[cost]]));
    expect(sumBy(rows, 'BilledCost', 'SubAccountId')).toEqual(byTeam('billed'));
    expect(sumBy(rows, 'EffectiveCost', 'SubAccountId')).toEqual(byTeam('effective'));
    expect(sumBy(rows, 'BilledCost', 'BillingCurrency')).toEqual({ USD: statements.total.billed });
    expect(new Set(rows.map(({ RegionId }) => RegionId))).toEqual(new Set(['us-east-1']));

    const query = `?focusVersion=${version}`;
    expect(await get<FocusManifestWire>(`/v1/statements/2026-10/focus.manifest.json${query}`)).toMatchObject({
      file: `focus-${version}_2026-10_all_draft.csv`,
      focusVersion: version,
      sha256: sha256.digest('hex'),
      bytes: Buffer.byteLength(csv),
      rows: rows.length,
      columns: Object.keys(rows[0] ?? {}),
      total: statements.total,
      unpriced: statements.unpriced,
      rowsWithoutListPrice: 0,
    });
  });

  it('come as FOCUS of one team, of 1.2 unless asked, and of no version that there is not', async () => {
    const csv = await app.request('GET', '/v1/statements/2026-10/focus.csv?team=a').then((response) => response.text());
    const rows: Record<string, string>[] = parse(csv, { columns: true });
    expect(new Set(rows.map(({ SubAccountId }) => SubAccountId))).toEqual(new Set(['a']));
    expect(Object.keys(rows[0] ?? {})).not.toContain('AllocatedMethodId');
    expect((await app.request('GET', '/v1/statements/2026-10/focus.csv?team=nobody')).status).toBe(404);
    expect((await app.request('GET', '/v1/statements/2026-10/focus.csv?focusVersion=0.9')).status).toBe(400);
  });

  it('are empty for a month without anything', async () => {
    expect(await get<StatementsWire>('/v1/statements/2026-09')).toMatchObject({
      teams: [],
      pools: [],
      total: { billed: '0.00' },
    });
    const csv = await app.request('GET', '/v1/statements/2026-09/chargeback.csv').then((response) => response.text());
    expect(csv.split('\r\n')).toHaveLength(2);
  });

  it.each(['2026-13', '2026', 'x'.repeat(33)])('are refused for %p, which is no month', async (period) => {
    for (const path of ['', '/chargeback.csv', '/chargeback.manifest.json', '/focus.csv', '/focus.manifest.json']) {
      const response = await app.request('GET', `/v1/statements/${period}${path}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toMatch('application/problem+json');
    }
    expect((await app.request('POST', `/v1/statements/${period}/verifications`)).status).toBe(400);
  });

  it('need a key', async () => {
    expect((await fetch(`${app.url}/v1/statements/2026-10`)).status).toBe(401);
  });

  describe('verified', () => {
    const verify = () => ask<VerificationWire>(app, 'POST', '/v1/statements/2026-10/verifications');
    const query = (sql: string) => app.database.dataSource.query(sql);

    it('agree with their raw events', async () => {
      expect(await verify()).toEqual({
        period: '2026-10',
        agrees: true,
        checked: { events: '7', buckets: 7, chargePeriods: 4, lines: 6, pools: 2, providers: 0 },
        firstDifference: null,
        sinceClose: null,
      });
    });

    it.each([
      [
        'bucket',
        `update metered_usage set output = output + 1 where output = 50`,
        `update metered_usage set output = output - 1 where output = 51`,
      ],
      [
        'identity',
        `delete from event_identity where identity = (select min(identity::text)::uuid from event_identity)`,
        undefined,
      ],
    ])('name the first difference, here of a %s', async (what, tamper, repair) => {
      await query(tamper);
      expect(await verify()).toMatchObject({ agrees: false, firstDifference: { what } });
      if (repair !== undefined) await query(repair);
    });
  });
});
