import type {
  CloseWire,
  ImportCounts,
  MappingPreviewWire,
  MappingRuleWire,
  Page,
  StatementLineWire,
  StatementsWire,
  VerificationWire,
} from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const FROM = '2026-10-01T00:00:00Z';
const rule = (more: Record<string, string> = {}) => ({
  match: 'team',
  pattern: 'typo',
  team: 'search',
  from: FROM,
  reason: 'the gateway of search misspells it',
  ...more,
});
const ofGpt = (id: string, day: string, more: Record<string, unknown>) =>
  usageEvent(id, {
    ...{ pool: null, provider: 'openai', model: 'gpt-4o', occurredAt: `${day}T12:00:00Z` },
    tokens: { inputUncached: 1_000_000 },
    ...more,
  });

describe('mapping rules', () => {
  let app: TestApp;
  const bill = (month: string) => ask<StatementsWire>(app, 'GET', `/v1/statements/${month}`);
  const verify = (month: string) => ask<VerificationWire>(app, 'POST', `/v1/statements/${month}/verifications`);
  const post = (rules: unknown) => ask<ImportCounts>(app, 'POST', '/v1/mapping-rules', rules);
  const list = async () => (await ask<Page<MappingRuleWire>>(app, 'GET', '/v1/mapping-rules')).data;
  const costs = async (month: string) =>
    Object.fromEntries((await bill(month)).teams.map(({ team, total }) => [team, total.billed]));

  beforeAll(async () => {
    app = await startTestApp({
      env: { APPORTION_UNKNOWN_TEAMS: 'unattributed', APPORTION_BILLABLE_TAGS: 'feature' },
    });
    app.clock.set(Date.UTC(2026, 10, 20));
    for (const team of ['search', 'ads']) await ask(app, 'POST', '/v1/teams', { team, costCenter: `CC-${team}` });
    await setUpPool(app, {
      pool: 'h100-east',
      hourlyRate: '4',
      from: '2026-10-05T12:00:00Z',
      to: '2026-10-05T12:15:00Z',
      weights: { inputUncached: '1', output: '1' },
    });
    const { body } = await sendAndWait(app, [
      // $2.50 a million: 2.50 each.
      ofGpt('1', '2026-10-05', { team: 'typo' }),
      ofGpt('2', '2026-10-05', { team: 'search' }),
      ofGpt('3', '2026-11-05', { team: 'typo', apiKey: 'ci-7', tags: { feature: 'spam' } }),
      ofGpt('4', '2026-11-05', { team: 'other', source: 'gateway-us' }),
      ofGpt('5', '2026-11-05', { team: 'ads' }),
      // A pool of $1, half of it by nobody known.
      usageEvent('6', { team: 'typo', occurredAt: '2026-10-05T12:01:00Z' }),
      usageEvent('7', { team: 'ads', occurredAt: '2026-10-05T12:02:00Z' }),
    ]);
    expect(body).toMatchObject({ accepted: 7, rejected: 0 });
  });

  afterAll(() => app.close());

  it('starts with usage of nobody known', async () => {
    expect(await costs('2026-11')).toEqual({ ads: '2.50', other: '2.50', typo: '2.50' });
    expect((await bill('2026-11')).byKind.unattributed.billed).toBe('5.00');
    expect(await costs('2026-10')).toEqual({ ads: '0.50', search: '2.50', typo: '3.00' });
    const close = { accept: ['unattributed_cost', 'earlier_usage'], reason: 'to be put right' };
    await ask(app, 'POST', '/v1/statements/2026-10/close', close);
  });

  it('says beforehand what would move, and moves nothing', async () => {
    const preview = await ask<MappingPreviewWire>(app, 'POST', '/v1/mapping-rules/previews?period=2026-11', [rule()]);
    expect(preview.moves).toEqual([
      {
        ...{ team: 'typo', known: false, costCenter: null, project: null },
        ...{ requests: '-1', effective: '-2.5', billed: '-2.50' },
      },
      {
        ...{ team: 'search', known: true, costCenter: 'CC-search', project: null },
        ...{ requests: '1', effective: '2.5', billed: '2.50' },
      },
    ]);
    expect(await costs('2026-11')).toMatchObject({ typo: '2.50' });
    expect(await list()).toEqual([]);
  });

  it('re-attributes the open month at once and corrects the closed one', async () => {
    const closed = await bill('2026-10');
    expect(await post([rule()])).toEqual({ created: 1, corrected: 0, unchanged: 0 });
    expect(await post([rule()])).toEqual({ created: 0, corrected: 0, unchanged: 1 });
    expect(await bill('2026-10')).toEqual(closed);
    const draft = await bill('2026-11');
    const own = (line: StatementLineWire) => line.correction === null;
    const search = draft.teams.find(({ team }) => team === 'search');
    expect(search?.lines.filter(own)).toMatchObject([
      { kind: 'used', costCenter: 'CC-search', requests: '1', effective: '2.5', billed: '2.50' },
    ]);
    const corrections = draft.teams.flatMap(({ lines }) => lines.filter((line) => !own(line)));
    const owner = { period: '2026-10', cause: 'owner' };
    const said = corrections.map(({ team, pool, kind, tokenClass, billed, correction }) => {
      return [team, pool, kind, tokenClass, billed, correction];
    });
    expect(said).toEqual(
      expect.arrayContaining([
        ['search', null, 'used', 'inputUncached', '2.50', owner],
        ['typo', null, 'unattributed', 'inputUncached', '-2.50', owner],
      ]),
    );
    // The pool's half goes from nobody to search: class by class, in all $0.50.
    const ofPool = (team: string) =>
      corrections
        .filter((line) => line.team === team && line.pool === 'h100-east')
        .reduce((sum, { billed }) => sum + Math.round(Number(billed) * 100), 0);
    expect([ofPool('search'), ofPool('typo'), ofPool('ads')]).toEqual([50, -50, 0]);
    expect(draft.corrections.billed).toBe('0.00');
    expect(await verify('2026-11')).toMatchObject({ agrees: true });
    expect(await verify('2026-10')).toMatchObject({ agrees: true, sinceClose: { billed: '0.00' } });
  });

  it('goes by key, tag and source, each before the name, and leaves known teams alone', async () => {
    const rules = [
      rule({ match: 'source', pattern: 'gateway-u*', team: 'ads' }),
      rule({ match: 'tag', tagKey: 'feature', pattern: 'spam', team: 'ads', project: 'spam', costCenter: 'CC-X' }),
      rule({ pattern: 'ads', team: 'search' }),
    ];
    expect(await post(rules)).toEqual({ created: 3, corrected: 0, unchanged: 0 });
    const draft = await bill('2026-11');
    const ads = draft.teams.find(({ team }) => team === 'ads');
    expect(ads?.lines.filter(({ correction }) => correction === null)).toMatchObject([
      { costCenter: 'CC-X', project: 'spam', billed: '2.50' },
      { costCenter: 'CC-ads', project: null, billed: '5.00' },
    ]);
    expect(draft.byKind.unattributed.billed).toBe('0.00');
    expect(await verify('2026-11')).toMatchObject({ agrees: true });
  });

  it('moves what a team that is known used only where it says so, and keeps who said what and why', async () => {
    const override = rule({ pattern: 'ads', team: 'search', override: 'true', reason: 'ads was merged into search' });
    expect(await post([override])).toEqual({ created: 0, corrected: 1, unchanged: 0 });
    const draft = await bill('2026-11');
    expect(draft.teams.find(({ team }) => team === 'ads')?.lines.filter(({ correction }) => !correction)).toMatchObject(
      [
        { billed: '2.50', project: 'spam' },
        { billed: '2.50', project: null },
      ],
    );
    const versions = (await list()).filter(({ pattern }) => pattern === 'ads');
    expect(versions).toMatchObject([
      { version: 1, state: 'superseded', override: false },
      { version: 2, state: 'current', override: true, reason: 'ads was merged into search' },
    ]);
    expect(versions[1]?.recordedBy).toEqual(expect.any(String));
    const path = `/v1/mapping-rules/${versions[1]?.mappingRuleId ?? ''}/withdrawal`;
    const withdrawn = await ask<MappingRuleWire>(app, 'POST', path, { reason: 'it was not' });
    expect(withdrawn).toMatchObject({ version: 3, state: 'withdrawn', reason: 'it was not' });
    expect((await app.request('POST', path, { reason: 'again' })).status).toBe(409);
    expect((await bill('2026-11')).teams.find(({ team }) => team === 'ads')?.total.billed).toBe('7.50');
  });

  it('is part of what a close freezes, and settles the corrections', async () => {
    app.clock.set(Date.UTC(2026, 11, 3));
    await ask(app, 'POST', '/v1/statements/2026-11/close', { accept: ['cost_jump'], reason: 'a first full month' });
    expect(await verify('2026-10')).toMatchObject({ agrees: true, sinceClose: { lines: 0, billed: '0.00' } });
    expect(await verify('2026-11')).toMatchObject({ agrees: true, sinceClose: { lines: 0, billed: '0.00' } });
    const [{ document } = { document: '' }] = await app.database.dataSource.query<{ document: string }[]>(
      `select document from statement_close where billing_period = '2026-11'`,
    );
    const current = (await list()).filter(({ state }) => state === 'current').map(({ mappingRuleId }) => mappingRuleId);
    expect(JSON.parse(document)).toMatchObject({ versions: { mappingRules: current.sort() } });
    const { data } = await ask<Page<CloseWire>>(app, 'GET', '/v1/closes');
    expect(data.at(-1)?.versions.mappingRules).toEqual(current);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['a tag that is not billable', { match: 'tag', tagKey: 'env' }, 'mapping.tag_not_billable', '/0/tagKey'],
    ['a tag key without a tag', { tagKey: 'feature' }, 'mapping.tag_key_without_tag', '/0/tagKey'],
    ['a team that is not there', { team: 'nobody' }, 'mapping.unknown_team', '/0/team'],
    ['a star in the middle', { pattern: 'a*b' }, 'mapping.bad_pattern', '/0/pattern'],
    ['no reason', { reason: '' }, 'mapping.missing_value', '/0/reason'],
    ['what is none of them', { match: 'colour' }, 'mapping.unknown_match', '/0/match'],
    ['a start within a period', { from: '2026-10-01T00:07:00Z' }, 'mapping.not_on_period_edge', '/0/from'],
    ['an end before its start', { to: '2026-09-01T00:00:00Z' }, 'mapping.bad_interval', '/0/to'],
    ['half an override', { override: 'maybe' }, 'mapping.bad_override', '/0/override'],
    ['a source of known teams', { match: 'source', override: 'true' }, 'mapping.source_not_kept', '/0/override'],
  ])('refuses %s', async (_, more, code, pointer) => {
    const before = await list();
    const response = await app.request('POST', '/v1/mapping-rules', [rule(more), rule({ pattern: 'fine' })]);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'mapping.import_refused',
      errors: expect.arrayContaining([expect.objectContaining({ code, pointer })]),
    });
    expect(await list()).toEqual(before);
  });

  it('is listed by pages, and refuses what is no page, rule or month', async () => {
    const all = await list();
    const first = await ask<Page<MappingRuleWire>>(app, 'GET', '/v1/mapping-rules?limit=2');
    expect(first.data).toEqual(all.slice(0, 2));
    const next = await ask<Page<MappingRuleWire>>(
      app,
      'GET',
      `/v1/mapping-rules?limit=2&cursor=${first.nextCursor ?? ''}`,
    );
    expect(next.data).toEqual(all.slice(2, 4));
    const status = async (method: string, path: string, body?: unknown) =>
      (await app.request(method, path, body)).status;
    expect(await status('GET', '/v1/mapping-rules?cursor=WyJhIl0')).toBe(400);
    expect(await status('POST', '/v1/mapping-rules/999/withdrawal', { reason: 'x' })).toBe(404);
    expect(await status('POST', '/v1/mapping-rules/999/withdrawal', {})).toBe(400);
    expect(await status('POST', '/v1/mapping-rules/previews?period=2026-13', [rule()])).toBe(400);
  });

  it('are no more than the bound, whoever tells them at the same time', async () => {
    const many = (prefix: string) => Array.from({ length: 600 }, (_, i) => rule({ pattern: `${prefix}-${i}` }));
    const before = (await list()).length;
    const answers = await Promise.all(
      ['a', 'b'].map((prefix) => app.request('POST', '/v1/mapping-rules', many(prefix))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(await refused?.json()).toMatchObject({ code: 'mapping.too_many_rules' });
    const all = await ask<Page<MappingRuleWire>>(app, 'GET', '/v1/mapping-rules?limit=1000');
    expect(all.data).toHaveLength(before + 600);
  });
});
