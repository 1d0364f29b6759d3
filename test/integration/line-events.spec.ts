import type { LineEventsWire, StatementLineWire, StatementsWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { faultsOfEvents } from '../support/line-events.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const OCTOBER = '2026-10';
const BASES = ['inference_time', 'requests', 'even', 'peak'];
const OF_GPT = { pool: undefined, provider: 'openai', model: 'gpt-5-mini' };

describe('the events behind a line', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_UNKNOWN_TEAMS: 'unattributed' } });
    app.clock.set(Date.UTC(2026, 10, 2));
    for (const team of ['search', 'ads']) await ask(app, 'PUT', `/v1/teams/${team}`, {});
    const hour = { hourlyRate: '4', from: '2026-10-01T10:00:00Z', to: '2026-10-01T11:00:00Z' };
    await setUpPool(app, { pool: 'weighed', ...hour, weights: { inputUncached: '1', output: '2' } });
    const machine = {
      provider: 'aws',
      region: 'us-east-1',
      instanceType: 'p5',
      pricingModel: 'on_demand',
      currency: 'USD',
    };
    for (const basis of BASES) {
      await ask(app, 'POST', '/v1/pools', { pool: basis, attribution: { basis }, idle: 'separate' });
      await ask(app, 'POST', '/v1/cost-records', [{ pool: basis, ...machine, count: '1', ...hour }]);
    }
    const { body } = await sendAndWait(app, [
      // Five at one instant, of two users; one without a cache read among them.
      ...['a', 'b', 'c', 'd', 'e'].map((id, i) =>
        usage(id, 'search', '10:05', { inputUncached: 100, cacheRead: i * 7, output: 50 }, { user: `u${i % 2}` }),
      ),
      usage('f', 'search', '10:20', { inputUncached: 7 }, { inferenceMs: 1.5, tags: { env: 'prod' } }),
      usage('g', 'search', '10:50', { output: 3 }),
      ...BASES.flatMap((pool) => [
        usage(`${pool}-1`, 'search', '10:01', { inputUncached: 5, output: 1 }, { pool, inferenceMs: 2.25 }),
        usage(`${pool}-2`, 'ads', '10:16', { output: 1 }, { pool }),
        usage(`${pool}-3`, 'search', '10:31', { output: 9 }, { pool, inferenceMs: 0.75 }),
      ]),
      usage('h', 'ads', '12:00', { inputUncached: 1_000, output: 10 }, OF_GPT),
      usage('i', 'ads', '12:01', { inputUncached: 500 }, OF_GPT),
      usage('j', 'ads', '12:02', { output: 10 }, { ...OF_GPT, model: 'never-heard-of' }),
      usage('k', 'typo', '12:03', { inputUncached: 40, output: 4 }, OF_GPT),
      usage('l', 'typo', '10:03', { inputUncached: 40, output: 4 }),
      usage(
        'm',
        'search',
        '12:04',
        { inputUncached: 229 },
        { ...GEMINI, modalities: { audio: { inputUncached: 144 } } },
      ),
      usage('n', 'search', '12:05', { inputUncached: 50 }, { ...GEMINI, units: { documentPages: 3 } }),
      usage('o', 'search', '12:05', {}, { ...GEMINI, units: { documentPages: 4, audioSeconds: 1.5 } }),
    ]);
    expect(body).toMatchObject({ rejected: 0 });
  });
  afterAll(() => app.close());

  const GEMINI = { pool: undefined, provider: 'google', model: 'gemini-2.5-flash' };
  const usage = (id: string, team: string, time: string, tokens: Record<string, number>, more: object = {}) =>
    usageEvent(id, { team, model: 'llama', pool: 'weighed', occurredAt: `2026-10-01T${time}:00Z`, tokens, ...more });
  const linesOf = async (period = OCTOBER) =>
    (await ask<StatementsWire>(app, 'GET', `/v1/statements/${period}`)).teams.flatMap(({ lines }) => lines);
  const lineOf = async (like: Partial<StatementLineWire>, period = OCTOBER) => {
    const lines = await linesOf(period);
    const found = lines.find((line) =>
      Object.entries(like).every(([key, value]) => line[key as keyof StatementLineWire] === value),
    );
    if (!found) throw new Error(`no line like ${JSON.stringify(like)}`);
    return found;
  };
  const pagesOf = async (lineId: string, limit: number) => {
    const pages: LineEventsWire[] = [];
    for (let cursor = ''; ; ) {
      const path = `/v1/charges/${lineId}/events?limit=${limit.toString()}${cursor && `&cursor=${cursor}`}`;
      const page = await ask<LineEventsWire>(app, 'GET', path);
      pages.push(page);
      if (page.nextCursor === null) return pages;
      cursor = page.nextCursor;
    }
  };
  const idsOf = (pages: readonly LineEventsWire[]) => pages.flatMap(({ data }) => data.map(({ id }) => id));

  /** That every line's events sum to what it counts. */
  const expectAllLines = async (period: string) => {
    for (const line of await linesOf(period)) {
      const pages = await pagesOf(line.id, 3);
      expect(faultsOfEvents(pages)).toEqual([]);
      const [first] = pages;
      expect(first).toMatchObject({ lineId: line.id, period, differs: false, unit: line.unit });
      if (!line.correction && first?.reason !== 'not_usage')
        expect(first?.counted).toEqual({ requests: line.requests, quantity: line.quantity });
    }
  };

  it('sum to what each line of a draft counts, however they are paged', async () => {
    await expectAllLines(OCTOBER);
  });

  it('are those that count something of the line, in the order of their times, with all that was stored', async () => {
    const cached = await lineOf({ team: 'search', pool: 'weighed', tokenClass: 'cacheRead' });
    expect(idsOf(await pagesOf(cached.id, 1)).sort()).toEqual(['b', 'c', 'd', 'e']);
    const input = await lineOf({ team: 'search', pool: 'weighed', tokenClass: 'inputUncached' });
    const pages = await pagesOf(input.id, 2);
    expect(idsOf(await pagesOf(input.id, 1000))).toEqual(idsOf(pages));
    expect(idsOf(pages).slice(-2)).toEqual(['f', 'g']);
    expect(pages.flatMap(({ data }) => data).at(-2)).toEqual({
      ...{ source: 'gateway-eu', id: 'f', occurredAt: '2026-10-01T10:20:00.000000Z', receivedAt: expect.any(String) },
      ...{ team: 'search', project: null, costCenter: null, apiKey: null, user: null },
      ...{ provider: null, model: 'llama', pool: 'weighed', region: null, tier: 'standard', status: 'ok' },
      tokens: { inputUncached: '7', cacheRead: '0', cacheWrite5m: '0', cacheWrite1h: '0', output: '0', reasoning: '0' },
      ...{ modalities: {}, units: {}, inferenceMs: '1.5', prefillMs: null, decodeMs: null, tags: { env: 'prod' } },
      ...{ requests: '1', quantity: '7' },
    });
  });

  it('are told of capacity, prices, what has no price and what has no owner', async () => {
    const of = async (like: Partial<StatementLineWire>) => idsOf(await pagesOf((await lineOf(like)).id, 10));
    expect(await of({ pool: 'inference_time', team: 'search', unit: 'inference_seconds' })).toEqual([
      'inference_time-1',
      'inference_time-3',
    ]);
    expect(await of({ pool: 'even', team: 'ads', kind: 'used' })).toEqual(['even-2']);
    expect(await of({ model: 'gpt-5-mini', team: 'ads', tokenClass: 'output' })).toEqual(['h']);
    expect(await of({ kind: 'unpriced', tokenClass: 'output' })).toEqual(['j']);
    expect(await of({ kind: 'unattributed', pool: 'weighed', tokenClass: 'output' })).toEqual(['l']);
    expect(await of({ modality: 'audio', tokenClass: 'inputUncached' })).toEqual(['m']);
    expect(await of({ unit: 'document_pages' })).toHaveLength(2);
  });

  it('are none of what nobody used, and the answer says why', async () => {
    const idle = await lineOf({ kind: 'idle', pool: 'weighed' });
    expect(await pagesOf(idle.id, 5)).toMatchObject([{ reason: 'not_usage', data: [], nextCursor: null }]);
  });

  it('follow a mapping rule to the line of whom it names', async () => {
    const rule = { match: 'team', pattern: 'typo', team: 'ads', from: '2026-10-01T00:00:00Z', reason: 'misspelt' };
    await ask(app, 'POST', '/v1/mapping-rules', [rule]);
    const moved = await lineOf({ team: 'ads', model: 'gpt-5-mini', tokenClass: 'inputUncached' });
    const pages = await pagesOf(moved.id, 2);
    expect(pages.flatMap(({ data }) => data.map(({ id, team }) => `${id} of ${team}`))).toEqual([
      'h of ads',
      'i of ads',
      'k of typo',
    ]);
    await expectAllLines(OCTOBER);
  });

  it('stay those of a closed month until usage comes late: then the answer says so, and the correction has them', async () => {
    const line = await lineOf({ team: 'search', pool: 'weighed', tokenClass: 'inputUncached' });
    const accept = ['unpriced_usage', 'unattributed_cost', 'earlier_usage'];
    await ask(app, 'POST', `/v1/statements/${OCTOBER}/close`, { accept, reason: 'a test' });
    await expectAllLines(OCTOBER);

    await sendAndWait(app, [usage('late', 'search', '10:08', { inputUncached: 500 })]);
    const since = await pagesOf(line.id, 4);
    expect(faultsOfEvents(since)).toEqual([]);
    expect(since[0]).toMatchObject({ differs: true, counted: { quantity: '507' }, now: { quantity: '1007' } });
    expect(idsOf(since)).toContain('late');

    const drafts = (await linesOf('2026-11')).filter(({ correction }) => correction !== null);
    const correction = drafts.find(
      ({ team, tokenClass, pool }) => team === 'search' && pool === 'weighed' && tokenClass === 'inputUncached',
    );
    const corrected = await pagesOf(correction?.id ?? '', 3);
    expect(corrected[0]).toMatchObject({ usagePeriod: OCTOBER, differs: false, counted: { quantity: '1007' } });
    expect(correction?.quantity).toBe('500');
    expect(idsOf(corrected)).toEqual(idsOf(since));
    await expectAllLines('2026-11');
  });

  it('are no longer behind a closed line whose usage another price has', async () => {
    const closed = await lineOf({ team: 'ads', model: 'never-heard-of', tokenClass: 'output' });
    const price = { provider: 'openai', model: 'never-heard-of', tokenClass: 'output', pricePer1m: '2' };
    const rest = { currency: 'USD', from: '2026-01-01T00:00:00Z' };
    await ask(app, 'POST', '/v1/prices', [{ ...price, ...rest }]);
    expect(await pagesOf(closed.id, 5)).toMatchObject([
      { reason: 'not_billed_now', differs: true, counted: { quantity: '10' }, now: { quantity: '0' }, data: [] },
    ]);
  });

  it('refuses what is no line, no page and no right', async () => {
    const call = async (id: string, query = '', key?: string) => {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      return read(await app.request('GET', `/v1/charges/${id}/events${query}`, undefined, headers));
    };
    expect(await call('2026-10.00000000000000000000')).toMatchObject({
      status: 404,
      body: { code: 'statement.line_not_found' },
    });
    const [line] = await linesOf();
    const id = line?.id ?? '';
    const cursor = (key: unknown) => `?cursor=${Buffer.from(JSON.stringify(key)).toString('base64url')}`;
    for (const query of ['?limit=0', '?limit=1001', '?cursor=bm8', cursor(['1', '2']), cursor([1, 2]), '?from=x'])
      expect(await call(id, query)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    // A place before the month, and one after it.
    const nil = '00000000-0000-0000-0000-000000000000';
    for (const micros of ['-1', '9999999999999999']) expect((await call(id, cursor([micros, nil]))).status).toBe(200);
    const { key } = await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'costs', scopes: ['costs:read'] });
    expect((await call(id, '', key)).status).toBe(403);
  });
});
