import type { QuotaDiffWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { DAILY, QuotaAsker } from '../support/quota/definitions.js';

const CSV = { 'content-type': 'text/csv' };
const TABLE = `quota,level,subject,measure,window,time_zone,limit,action,tier_percents,actual_thresholds,anchor_day
a,team,,billed_cost,month,Europe/Zurich,1500.50,block,batch=50 flex=80,none,31
b,team,search,total_tokens,day,UTC,500,notify,,50 90,
c,account,,concurrent_requests,now,,16,throttle,,,
`;

describe('a table of quotas', () => {
  let app: TestApp;
  let quotas: QuotaAsker;
  beforeEach(async () => {
    app = await startTestApp();
    quotas = new QuotaAsker(app);
  });
  afterEach(() => app.close());

  const importCsv = (text: string, query = '?reason=budget') =>
    quotas.ask<QuotaDiffWire>('POST', `/v1/quotas${query}`, text, CSV);
  const exported = async () => (await app.request('GET', '/v1/quotas.csv')).text();

  it('is told first what it would change, then changes it, and then nothing', async () => {
    const dry = await importCsv(TABLE, '?dryRun=true&reason=budget');
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ dryRun: true, changed: [], unchanged: [] });
    expect(dry.body.added.map(({ quota }) => quota)).toEqual(['a', 'b', 'c']);
    expect(dry.body.added[0]?.fields).toContainEqual({ field: 'limit', before: null, after: '1500.5' });
    expect((await quotas.find('a')).status).toBe(404);
    const done = await importCsv(TABLE);
    expect({ ...done.body, dryRun: true }).toEqual(dry.body);
    expect((await quotas.find('a')).body).toMatchObject({
      ...{ limit: '1500.5', tierPercents: { batch: 50, flex: 80 }, actualThresholds: [], forecastThresholds: [100] },
      ...{ window: { unit: 'month', anchorDay: 31 }, reason: 'budget', version: 1 },
    });
    expect((await quotas.find('b')).body.actualThresholds).toEqual([50, 90]);
    const again = await importCsv(TABLE);
    expect(again.body).toMatchObject({ added: [], changed: [], withdrawn: [], unchanged: ['a', 'b', 'c'] });
  });

  it('that was exported changes nothing, whatever the quotas say', async () => {
    await importCsv(TABLE);
    const window = { kind: 'total', from: '2026-10-01T00:00:00Z', until: '2027-10-01T00:00:00.500Z' };
    await quotas.put('total', { ...DAILY, window, fallback: 'open', anomalies: false });
    await quotas.put('rolling', { ...DAILY, window: { kind: 'rolling', lengthMs: 90_000 }, limit: '0' });
    await quotas.put('draft', { ...DAILY, draft: true, subject: { level: 'tag', tagKey: 'feature', name: 'a, "b"' } });
    await quotas.put('planned', { ...DAILY, validFrom: '2099-01-01T00:00:00Z', rolloverCap: '7' });
    await quotas.put('planned', { ...DAILY, limit: '1' }, { 'if-match': '*' });
    await quotas.put('planned', { ...DAILY, validFrom: '2099-02-01T00:00:00Z', limit: '2' }, { 'if-match': '*' });
    const filter = { provider: 'openai', model: 'gpt*', pool: 'p', tier: 'batch', environment: 'prod', status: 'ok' };
    const project = { level: 'project', team: 'search', name: 'ranker' };
    await quotas.put('filtered', { ...DAILY, filter, subject: project, measure: 'effective_cost', limit: '0.000001' });
    const text = await exported();
    const back = await importCsv(text, '');
    expect(back.status).toBe(200);
    const names = ['a', 'b', 'c', 'draft', 'filtered', 'planned', 'rolling', 'total'];
    expect(back.body).toMatchObject({ added: [], changed: [], withdrawn: [], unchanged: names });
    expect(await exported()).toBe(text);
    // And makes the same where there is nothing yet.
    const other = await startTestApp();
    try {
      await other.request('POST', '/v1/quotas?reason=copy', text, CSV);
      expect(await (await other.request('GET', '/v1/quotas.csv')).text()).toBe(text);
    } finally {
      await other.close();
    }
  });

  it('tells field by field what changes, and withdraws', async () => {
    await importCsv(TABLE);
    await quotas.override('b', { amount: 5, windows: 1 });
    const changes = `quota,level,subject,measure,window,time_zone,limit,action,withdrawn,reason
a,team,,billed_cost,month,UTC,1600,block,,more for all
b,team,search,total_tokens,day,UTC,500,notify,true,
d,user,,requests,hour,UTC,9,observe,,
zzz,user,,requests,hour,UTC,9,observe,true,
`;
    const { body } = await importCsv(changes);
    expect(body.changed).toEqual([
      {
        quota: 'a',
        fields: [
          { field: 'time_zone', before: 'Europe/Zurich', after: 'UTC' },
          { field: 'anchor_day', before: '31', after: '1' },
          { field: 'limit', before: '1500.5', after: '1600' },
          { field: 'tier_percents', before: 'batch=50 flex=80', after: 'none' },
          { field: 'actual_thresholds', before: 'none', after: '50 80 100' },
        ],
      },
    ]);
    expect([body.added.map(({ quota }) => quota), body.withdrawn, body.unchanged]).toEqual([['d'], ['b'], ['zzz']]);
    expect((await quotas.find('a')).body).toMatchObject({ version: 2, reason: 'more for all' });
    expect((await quotas.find('b')).status).toBe(404);
    // What it does not name stays.
    expect((await quotas.find('c')).status).toBe(200);
  });

  it('is taken whole or not at all, with every row and column that is wrong', async () => {
    const bad = `quota,level,subject,measure,window,time_zone,limit,action,length_ms,valid_from,draft
good,team,,total_tokens,day,UTC,500,block,,,
no name,team,,total_tokens,day,UTC,500,block,,,
b,planet,,smiles,day,,1.5,block,,,
c,team,,total_tokens,fortnight,UTC,500,block,,,
d,account,x,requests,rolling,UTC,5,block,1000,,
e,team,,billed_cost,day,Mars/Olympus,0.0000001,block,,,
f,team,,requests,day,UTC,5,block,,2001-01-01T00:00:00Z,
g,team,,requests,day,UTC,5,block,,2099-01-01T00:00:00Z,true
good,team,,requests,day,UTC,5,block,,,
`;
    const { status, body } = await importCsv(bad);
    expect([status, body.code]).toEqual([400, 'quota.import_refused']);
    expect(body.errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/1/quota', 'quota.bad_name'],
      ['/2/level', 'quota.unknown_level'],
      ['/2/measure', 'quota.unknown_measure'],
      ['/2/time_zone', 'quota.missing_value'],
      ['/3/window', 'quota.unknown_window'],
      ['/4/time_zone', 'quota.column_of_another_window'],
      ['/5/limit', 'quota.bad_amount'],
      ['/7/valid_from', 'quota.draft_has_no_time'],
      ['/8/quota', 'quota.repeated_quota'],
    ]);
    expect((await quotas.find('good')).status).toBe(404);
    const later = await importCsv(
      'quota,level,measure,window,time_zone,limit,action,valid_from\nf,team,requests,day,UTC,5,block,2001-01-01T00:00:00Z\n',
    );
    expect(later.body.errors?.[0]).toMatchObject({ pointer: '/0/valid_from', code: 'quota.valid_from_past' });
    const subject = await importCsv(
      'quota,level,subject,measure,window,length_ms,limit,action\nd,account,x,requests,rolling,1000,5,block\n',
    );
    expect(subject.body.errors?.map(({ pointer }) => pointer)).toEqual(['/0/subject', '/0/length_ms']);
    const silent = await importCsv(TABLE, '');
    expect(silent.body.errors?.map(({ code }) => code)).toEqual(
      Array.from({ length: 3 }, () => 'quota.reason_missing'),
    );
  });

  it('comes as JSON too', async () => {
    const row = {
      quota: 'j',
      level: 'team',
      measure: 'requests',
      window: 'day',
      timeZone: 'UTC',
      limit: 5,
      action: 'block',
    };
    const { status, body } = await quotas.ask<QuotaDiffWire>('POST', '/v1/quotas?reason=json', [row]);
    expect([status, body.added.length]).toEqual([200, 1]);
    const refused = await quotas.ask('POST', '/v1/quotas?reason=json', [{ ...row, tierPercents: 'batch:5' }]);
    expect(refused.body.errors?.[0]?.pointer).toBe('/0/tierPercents');
  });
});
