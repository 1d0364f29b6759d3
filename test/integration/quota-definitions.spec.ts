import type { AuditEntryWire, Page, QuotaVersionWire, QuotaWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { DAILY, QuotaAsker } from '../support/quota/definitions.js';

const NOON = Date.parse('2026-10-07T10:00Z');
const DAY = 86_400_000;

describe('definitions of quotas over HTTP', () => {
  let app: TestApp;
  let quotas: QuotaAsker;
  beforeAll(async () => {
    app = await startTestApp();
    quotas = new QuotaAsker(app);
  });
  beforeEach(() => app.clock.set(NOON));
  afterAll(() => app.close());

  const versions = async (name: string) =>
    (await quotas.ask<Page<QuotaVersionWire>>('GET', `/v1/quotas/${name}/versions`)).body.data;

  it('are made once, and changed by who has read what they change', async () => {
    const made = await quotas.put('etags', DAILY, { 'if-none-match': '*' });
    expect([made.status, made.etag]).toEqual([201, '"1"']);
    expect(made.body).toMatchObject({ version: 1, inForceVersion: 1, limit: '500', fallback: 'closed', draft: false });
    const again = await quotas.put('etags', DAILY, { 'if-none-match': '*' });
    expect([again.status, again.body.code]).toEqual([412, 'quota.quota_exists']);
    const more = { ...DAILY, limit: 600 };
    const blind = await quotas.put('etags', more);
    expect([blind.status, blind.body.code]).toEqual([428, 'quota.version_required']);
    const changed = await quotas.put('etags', more, { 'if-match': '"1"' });
    expect([changed.status, changed.etag, changed.body.limit]).toEqual([200, '"2"', '600']);
    const late = await quotas.put('etags', { ...DAILY, limit: 1 }, { 'if-match': '"1"' });
    expect([late.status, late.body.code]).toEqual([412, 'quota.version_stale']);
    expect((await quotas.put('etags', more, { 'if-match': '*' })).etag).toBe('"2"');
    const absent = await quotas.put('etags-not', DAILY, { 'if-match': '*' });
    expect([absent.status, absent.body.code]).toEqual([412, 'quota.version_stale']);
    expect((await quotas.put('etags', more, { 'if-match': '2' })).body.code).toBe('request.bad_precondition');
    const found = await quotas.find('etags');
    expect([found.etag, found.body.version, found.body.reason]).toEqual(['"2"', 2, 'a start']);
  });

  it('are made without a word where there is none, by one of many', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, i) => quotas.put('race', { ...DAILY, limit: i })));
    expect(all.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 428)]);
  });

  it('are withdrawn, listed no more, and made anew with counts of their own', async () => {
    const first = await quotas.put('gone', DAILY);
    await quotas.put('gone', { ...DAILY, limit: 1, validFrom: '2026-12-01T00:00:00Z' }, { 'if-match': '"1"' });
    const drop = (query: string, headers: Record<string, string> = {}) =>
      quotas.ask('DELETE', `/v1/quotas/gone${query}`, undefined, headers);
    expect((await drop('', { 'if-match': '"2"' })).status).toBe(400);
    expect((await drop('?reason=over')).status).toBe(428);
    expect((await drop('?reason=over', { 'if-match': '"1"' })).status).toBe(412);
    expect((await drop('?reason=over', { 'if-match': '"2"' })).status).toBe(204);
    expect((await drop('?reason=over', { 'if-match': '"3"' })).status).toBe(404);
    expect((await quotas.find('gone')).body.code).toBe('quota.quota_not_found');
    const at = await quotas.ask<Page<QuotaWire>>('GET', '/v1/quotas?at=2026-12-02T00:00:00Z');
    expect(at.body.data.map(({ quota }) => quota)).not.toContain('gone');
    const anew = await quotas.put('gone', DAILY, { 'if-none-match': '*' });
    expect([anew.status, anew.etag]).toEqual([201, '"4"']);
    expect(anew.body.seriesId).not.toBe(first.body.seriesId);
    expect((await versions('gone')).map(({ version, withdrawn, reason }) => [version, withdrawn, reason])).toEqual([
      [1, false, 'a start'],
      [2, false, 'a start'],
      [3, true, 'over'],
      [4, false, 'a start'],
    ]);
  });

  it('hold from their date on, and drafts not until another version does', async () => {
    const draft = await quotas.put('dated', { ...DAILY, draft: true });
    expect(draft.body).toMatchObject({ draft: true, validFrom: null, inForceVersion: null });
    const later = { ...DAILY, limit: '700', validFrom: '2026-10-09T00:00:00Z' };
    const planned = await quotas.put('dated', later, { 'if-match': '"1"' });
    expect(planned.body).toMatchObject({ version: 2, inForceVersion: null, validFrom: '2026-10-09T00:00:00Z' });
    const now = await quotas.put('dated', DAILY, { 'if-match': '"2"' });
    expect(now.body).toMatchObject({ version: 3, inForceVersion: 3, seriesId: draft.body.seriesId });
    app.clock.set(NOON + 2 * DAY);
    expect((await quotas.find('dated')).body).toMatchObject({ version: 3, inForceVersion: 2 });
    const inForce = async (at: string) => {
      const { body } = await quotas.ask<Page<QuotaWire>>('GET', `/v1/quotas?at=${at}`);
      return body.data.find(({ quota }) => quota === 'dated')?.limit;
    };
    const limits = [await inForce('2026-10-06T00:00:00Z'), await inForce('2026-10-08T00:00:00Z')];
    expect([...limits, await inForce('2026-10-09T00:00:00Z')]).toEqual([undefined, '500', '700']);
    const past = await quotas.put('dated', { ...later, limit: 5 }, { 'if-match': '"3"' });
    expect([past.status, past.body.code]).toEqual([400, 'quota.valid_from_past']);
    const both = await quotas.put('dated', { ...later, draft: true }, { 'if-match': '"3"' });
    expect(both.body.errors?.[0]?.pointer).toBe('/validFrom');
  });

  it('go on counting with another limit, and begin anew where they count something else', async () => {
    const series = async (body: object, version: number) =>
      (await quotas.put('series', body, { 'if-match': `"${version}"` })).body.seriesId;
    const { seriesId } = (await quotas.put('series', DAILY)).body;
    expect(await series({ ...DAILY, limit: 9, action: 'observe', tierPercents: { batch: 50 } }, 1)).toBe(seriesId);
    const changes = [
      { filter: { model: 'gpt*' } },
      { measure: 'requests' },
      { subject: { level: 'team', name: 'ads' } },
      { window: { kind: 'rolling', lengthMs: 3_600_000 } },
    ];
    const known = new Set([seriesId]);
    for (const [i, change] of changes.entries()) known.add(await series({ ...DAILY, ...change }, i + 2));
    expect(known.size).toBe(5);
  });

  it('are refused with all that is wrong with them', async () => {
    const bad = {
      ...DAILY,
      subject: { level: 'account', name: 'x' },
      window: { ...DAILY.window, timeZone: 'Europe/Atlantis', anchorDay: 5 },
      tierPercents: { batch: 101 },
      actualThresholds: [90, 80],
    };
    const refused = await quotas.put('bad', bad);
    expect([refused.status, refused.body.code]).toEqual([400, 'quota.bad_definition']);
    expect(refused.body.errors?.map(({ pointer }) => pointer)).toEqual([
      ...['/subject/name', '/window/timeZone', '/window/anchorDay', '/tierPercents', '/actualThresholds'],
    ]);
    const cases: readonly (readonly [object, string])[] = [
      [{ limit: '1.5' }, '/limit'],
      [{ measure: 'billed_cost', limit: '0.0000001' }, '/limit'],
      [{ rolloverCap: '-' }, '/rolloverCap'],
      [{ reason: '' }, '/reason'],
      [{ window: { kind: 'now' } }, '/window/kind'],
      [{ window: { kind: 'eternal' } }, '/window/kind'],
      [{ colour: 'red' }, ''],
    ];
    for (const [change, pointer] of cases) {
      const answer = await quotas.put('bad', { ...DAILY, ...change });
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
    }
    expect((await quotas.put('no%20name', DAILY)).status).toBe(400);
    expect((await quotas.find('bad')).status).toBe(404);
  });

  it('are listed by name, page by page', async () => {
    for (const name of ['page-b', 'page-a', 'Page-c']) await quotas.put(name, DAILY);
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: Page<QuotaWire> } = await quotas.ask(
        'GET',
        `/v1/quotas?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      names.push(...page.body.data.map(({ quota }) => quota));
      cursor = page.body.nextCursor;
    }
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['Page-c', 'page-a', 'page-b']));
  });

  it('are at most a thousand for an account', async () => {
    await app.database.dataSource.query(`
      with made as (insert into quota_series (account_id, quota) select 1, 'many-' || n from generate_series(1, 1000) n
        returning series_id, quota)
      insert into quota_version (account_id, quota, version, series_id, valid_from, level, measure, window_kind, length_ms,
        limit_amount, action, fallback, reason)
      select 1, quota, 1, series_id, now(), 'account', 'requests', 'rolling', 60000, 5, 'observe', 'open', 'many' from made`);
    const refused = await quotas.put('one-more', DAILY);
    expect([refused.status, refused.body.code]).toEqual([409, 'quota.too_many_quotas']);
    expect((await quotas.find('one-more')).status).toBe(404);
    await app.database.dataSource.query(`
      insert into quota_version select account_id, quota, 2, series_id, valid_from, true, level, subject, team, tag_key, provider,
        model, pool, tier, environment, status, measure, window_kind, window_unit, time_zone, week_start, anchor_day, length_ms,
        window_from, window_until, limit_amount, action, fallback, tier_percents, rollover_cap, actual_thresholds,
        forecast_thresholds, anomalies, reason, recorded_at, recorded_by
      from quota_version where quota like 'many-%'`);
    expect((await quotas.put('one-more', DAILY)).status).toBe(201);
  });

  it('leave a trail of who changed what, from what, and why', async () => {
    await quotas.put('trail', DAILY);
    await quotas.put('trail', { ...DAILY, limit: 600, reason: 'they grow' }, { 'if-match': '"1"' });
    const { overrideId } = (await quotas.override('trail', { percent: '12.5', windows: 2 })).body;
    await quotas.ask('DELETE', `/v1/quotas/trail?reason=done`, undefined, { 'if-match': '"2"' });
    const trail = async (kind: string, subject: string) =>
      (await quotas.ask<Page<AuditEntryWire>>('GET', `/v1/audit?subject=${kind}:${subject}`)).body.data;
    const [made, changed, withdrawn] = (await trail('quota', 'trail')).toSorted(
      (a, b) => Number(a.auditId) - Number(b.auditId),
    );
    expect(made).toMatchObject({ action: 'quota.made', before: null, after: { limit_amount: 500, reason: 'a start' } });
    expect(changed).toMatchObject({ action: 'quota.changed', before: { limit_amount: 500 } });
    expect(changed).toMatchObject({ after: { limit_amount: 600, reason: 'they grow' } });
    expect(changed?.actor).toMatch(/^bootstrap.*\([0-9a-f]{12}\)$/);
    expect(withdrawn).toMatchObject({ action: 'quota.withdrawn', after: { withdrawn: true, reason: 'done' } });
    const actions = (await trail('quota_override', overrideId)).map(({ action }) => action);
    expect(actions.toSorted()).toEqual(['quota_override.made', 'quota_override.withdrawn']);
  });

  it('are for keys that may', async () => {
    const made = await quotas.ask<{ key: string }>('POST', '/v1/keys', { name: 'reader', scopes: ['quotas:read'] });
    const authorization = `Bearer ${made.body.key}`;
    expect((await quotas.ask('GET', '/v1/quotas', undefined, { authorization })).status).toBe(200);
    expect((await quotas.ask('PUT', '/v1/quotas/theirs', DAILY, { authorization })).status).toBe(403);
  });
});
