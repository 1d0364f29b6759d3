import type { Page, QuotaOverrideWire, TransferWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { DAILY, QuotaAsker } from '../support/quota/definitions.js';

const NOON = Date.parse('2026-10-23T10:00Z');

describe('changes of limits over HTTP', () => {
  let app: TestApp;
  let quotas: QuotaAsker;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(NOON);
    quotas = new QuotaAsker(app);
    for (const [team, costCenter] of Object.entries({ search: 'cc-1', ranking: 'cc-1', ads: 'cc-2', free: null }))
      await ask(app, 'PUT', `/v1/teams/${team}`, { costCenter });
    await quotas.put('daily', DAILY);
  });
  beforeEach(() => app.clock.set(NOON));
  afterAll(() => app.close());

  const listed = async (name: string) =>
    (await quotas.ask<Page<QuotaOverrideWire>>('GET', `/v1/quotas/${name}/overrides`)).body.data;

  it('are for as many windows as they say, in the quota’s zone, the running one first', async () => {
    const raised = await quotas.override('daily', { amount: 100, subject: 'search', windows: 3 });
    expect(raised.status).toBe(201);
    // The day of 25 hours is one of them.
    expect(raised.body).toMatchObject({
      ...{ kind: 'override', subject: 'search', amount: '100', percent: '0', withdrawn: false },
      ...{ validFrom: '2026-10-22T22:00:00Z', validUntil: '2026-10-25T23:00:00Z' },
    });
    const lowered = await quotas.override('daily', { percent: '-12.25', validUntil: '2026-10-24T12:00:00Z' });
    expect(lowered.body).toMatchObject({ subject: null, percent: '-12.25', validUntil: '2026-10-24T12:00:00Z' });
    expect((await listed('daily')).map(({ overrideId }) => overrideId)).toEqual(
      [raised, lowered].map(({ body }) => body.overrideId),
    );
  });

  it('name a project with its team, and nobody whom the quota is not of', async () => {
    await quotas.put('projects', { ...DAILY, subject: { level: 'project' } });
    await quotas.put('search', { ...DAILY, subject: { level: 'team', name: 'search' } });
    const project = await quotas.override('projects', { amount: 5, subject: 'ranker', team: 'search', windows: 1 });
    expect(project.body.subject).toBe('search/ranker');
    const refused = [
      await quotas.override('projects', { amount: 5, subject: 'ranker', windows: 1 }),
      await quotas.override('search', { amount: 5, subject: 'ads', windows: 1 }),
      await quotas.override('daily', { amount: 5, subject: 'search', team: 'search', windows: 1 }),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 3 }, () => [400, 'quota.bad_subject']),
    );
  });

  it.each([
    ['nothing', { windows: 1 }, 'quota.nothing_changed'],
    ['too fine an amount', { amount: '1.5', windows: 1 }, 'quota.bad_amount'],
    ['a grant that takes', { kind: 'grant', amount: -5, windows: 1 }, 'quota.bad_amount'],
    ['windows that begin at no time', { amount: 5, validUntil: '2026-10-22T00:00:00Z' }, 'quota.no_window'],
  ])('of %s are refused', async (_, body, code) => {
    const refused = await quotas.override('daily', body);
    expect([refused.status, refused.body.code]).toEqual([400, code]);
  });

  it('are refused without an end, or with two', async () => {
    const ends = { windows: 1, validUntil: '2026-11-01T00:00:00Z' };
    for (const end of [{}, ends]) expect((await quotas.override('daily', { amount: 5, ...end })).status).toBe(400);
    expect((await quotas.override('nowhere', { amount: 5, windows: 1 })).body.code).toBe('quota.quota_not_found');
  });

  it('are withdrawn once', async () => {
    const { overrideId } = (await quotas.override('daily', { amount: 5, windows: 1 })).body;
    const withdraw = (quota: string) =>
      quotas.ask('DELETE', `/v1/quotas/${quota}/overrides/${overrideId}?reason=mistake`);
    expect((await withdraw('search')).body.code).toBe('quota.override_not_found');
    expect((await withdraw('daily')).status).toBe(204);
    expect((await withdraw('daily')).body.code).toBe('quota.override_withdrawn');
    const found = (await listed('daily')).find((override) => override.overrideId === overrideId);
    expect(found).toMatchObject({ version: 2, withdrawn: true, reason: 'mistake' });
  });

  it('keep a quota from another measure, which their amounts say nothing of', async () => {
    await quotas.put('measured', DAILY);
    await quotas.override('measured', { amount: 5, windows: 1 });
    const changed = () => quotas.put('measured', { ...DAILY, measure: 'requests' }, { 'if-match': '*' });
    expect((await changed()).body.code).toBe('quota.overrides_of_other_measure');
    app.clock.set(NOON + 86_400_000);
    expect((await changed()).status).toBe(200);
  });

  describe('from one team to another', () => {
    const transfer = (body: object) =>
      quotas.ask<TransferWire>('POST', '/v1/quota-transfers', {
        amount: '200',
        windows: 1,
        reason: 'they lend',
        ...body,
      });
    const side = (team: string, quota = 'shared') => ({ quota, team });
    beforeAll(() => quotas.put('shared', DAILY));

    it('take as much as they give, linked', async () => {
      const { status, body } = await transfer({ from: side('search'), to: side('ranking') });
      expect(status).toBe(201);
      expect(body.given).toMatchObject({ kind: 'transfer', subject: 'search', amount: '-200', reason: 'they lend' });
      expect(body.received).toMatchObject({ kind: 'transfer', subject: 'ranking', amount: '200' });
      expect([body.given.partnerId, body.received.partnerId]).toEqual([
        body.received.overrideId,
        body.given.overrideId,
      ]);
      expect([body.given.validFrom, body.given.validUntil]).toEqual(['2026-10-22T22:00:00Z', '2026-10-23T22:00:00Z']);
      // What is left of the limit of 500 after it was lent once.
      const second = await transfer({ from: side('search'), to: side('ranking'), amount: '301' });
      expect([second.status, second.body.code]).toEqual([400, 'quota.above_limit']);
      const withdrawn = await quotas.ask('DELETE', `/v1/quotas/shared/overrides/${body.given.overrideId}?reason=back`);
      expect(withdrawn.status).toBe(204);
      expect((await listed('shared')).map((override) => override.withdrawn)).toEqual([true, true]);
    });

    it('give no more than each of their windows has', async () => {
      await quotas.put('monthly', { ...DAILY, window: { ...DAILY.window, unit: 'month' }, limit: '1000' });
      const give = (amount: string, span: object) =>
        transfer({ from: side('search', 'monthly'), to: side('ranking', 'monthly'), amount, ...span });
      const next = { validFrom: '2026-10-31T23:00:00Z', windows: 1 };
      expect((await give('800', next)).status).toBe(201);
      // Of next month 200 are left, though this month and the one after have all.
      for (const span of [{ windows: 2 }, { windows: 3 }, next]) {
        const refused = await give('900', span);
        expect([refused.status, refused.body.code]).toEqual([400, 'quota.above_limit']);
      }
      expect((await give('200', { windows: 3 })).status).toBe(201);
      // Nor what a grant gives to the first of them alone.
      const grant = { kind: 'grant', amount: 500, subject: 'search', validFrom: '2026-11-30T23:00:00Z', windows: 1 };
      expect((await quotas.override('monthly', grant)).status).toBe(201);
      const later = { validFrom: '2026-11-30T23:00:00Z' };
      expect((await give('1100', { ...later, windows: 2 })).body.code).toBe('quota.above_limit');
      expect((await give('1100', { ...later, windows: 1 })).status).toBe(201);
    });

    it('look at whole windows alone', async () => {
      await quotas.put('halves', DAILY);
      // Of one day, though they say until when within it.
      const until = { validUntil: '2026-10-23T20:00:00Z' };
      const grant = { kind: 'grant', amount: 500, subject: 'search', validUntil: '2026-10-23T12:00:00Z' };
      expect((await quotas.override('halves', grant)).status).toBe(201);
      const given = await transfer({
        ...{ from: side('search', 'halves'), to: side('ranking', 'halves') },
        ...{ amount: '900', ...until, windows: undefined },
      });
      expect(given.status).toBe(201);
    });

    it('stay within a cost centre, as it is now', async () => {
      for (const [from, to] of [
        ['search', 'ads'],
        ['free', 'search'],
        ['search', 'unheard-of'],
      ] as const) {
        const refused = await transfer({ from: side(from), to: side(to) });
        expect([refused.status, refused.body.code]).toEqual([409, 'quota.other_cost_center']);
      }
      await ask(app, 'PUT', '/v1/teams/ads', { costCenter: 'cc-1', validFrom: '2026-10-01T00:00:00Z' });
      expect((await transfer({ from: side('search'), to: side('ads') })).status).toBe(201);
    });

    it('are between quotas of teams that count alike', async () => {
      await quotas.put('of-ranking', { ...DAILY, subject: { level: 'team', name: 'ranking' } });
      await quotas.put('weekly', { ...DAILY, window: { ...DAILY.window, unit: 'week' } });
      await quotas.put('of-users', { ...DAILY, subject: { level: 'user' } });
      const to = (quota: string, team = 'ranking') => transfer({ from: side('search'), to: side(team, quota) });
      expect((await to('of-ranking')).status).toBe(201);
      const refused = [
        await to('weekly'),
        await to('of-users'),
        await to('of-ranking', 'ads'),
        await to('shared', 'search'),
      ];
      expect(refused.map(({ body }) => body.code)).toEqual(Array.from({ length: 4 }, () => 'quota.bad_transfer'));
      expect((await to('nowhere')).body.code).toBe('quota.quota_not_found');
      const taken = await transfer({ from: side('search'), to: side('ranking'), amount: '-5' });
      expect(taken.body.code).toBe('quota.bad_amount');
    });

    it('go on both sides when one quota is withdrawn', async () => {
      await quotas.put('lender', { ...DAILY, subject: { level: 'team', name: 'search' } });
      const { body } = await transfer({ from: side('search', 'lender'), to: side('ranking', 'of-ranking') });
      await quotas.ask('DELETE', '/v1/quotas/lender?reason=over', undefined, { 'if-match': '*' });
      const received = (await listed('of-ranking')).find(({ overrideId }) => overrideId === body.received.overrideId);
      expect(received).toMatchObject({ withdrawn: true, reason: 'over' });
    });
  });
});
