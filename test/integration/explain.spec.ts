import type { ExplanationWire, StatementsWire } from '#contract';
import { type Charge, faultsOf } from '../support/add-up.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const OCTOBER = '2026-10';

describe('explaining a line', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    await setUpPool(app, {
      pool: 'p5',
      hourlyRate: '55.04',
      from: '2026-10-01T10:00:00Z',
      to: '2026-10-01T11:00:00Z',
      weights: { inputUncached: '1', output: '2' },
      idle: 'proportional',
    });
    await setUpPool(app, {
      pool: 'other',
      hourlyRate: '1',
      from: '2026-10-01T10:00:00Z',
      to: '2026-10-01T11:00:00Z',
      weights: { output: '1' },
    });
    for (const team of ['search', 'ads']) await ask(app, 'PUT', `/v1/teams/${team}`, {});
    await sendAndWait(app, [
      usage('1', 'search', '10:05', { inputUncached: 100, output: 50 }),
      usage('2', 'ads', '10:06', { inputUncached: 100 }, { user: 'u1' }),
      usage('3', 'ads', '10:07', { inputUncached: 200 }, { user: 'u2' }),
      usage('4', 'search', '10:20', { inputUncached: 7 }),
      usage('5', 'ads', '10:21', { output: 3 }, { pool: 'other' }),
      usage(
        '6',
        'ads',
        '12:00',
        { inputUncached: 1_000, output: 10 },
        { pool: undefined, provider: 'openai', model: 'gpt-5-mini' },
      ),
      usage('7', 'ads', '12:00', { output: 10 }, { pool: undefined, provider: 'openai', model: 'never-heard-of' }),
    ]);
  });
  afterAll(() => app.close());

  const usage = (id: string, team: string, time: string, tokens: Record<string, number>, more: object = {}) =>
    usageEvent(id, { team, model: 'llama', pool: 'p5', occurredAt: `2026-10-01T${time}:00Z`, tokens, ...more });
  const linesOf = async (period = OCTOBER) =>
    (await ask<StatementsWire>(app, 'GET', `/v1/statements/${period}`)).teams.flatMap(({ lines }) => lines);
  const lineOf = async (like: Partial<StatementsWire['teams'][number]['lines'][number]>) => {
    const lines = await linesOf();
    const found = lines.find((line) =>
      Object.entries(like).every(([key, value]) => line[key as keyof typeof line] === value),
    );
    if (!found) throw new Error(`no line like ${JSON.stringify(like)}`);
    return found;
  };
  const explain = async (lineId: string, limit = 2): Promise<{ explanation: ExplanationWire; charges: Charge[] }> => {
    const path = `/v1/charges/${lineId}/explanation?limit=${limit}`;
    const explanation = await ask<ExplanationWire>(app, 'GET', path);
    const charges: Charge[] = [...(explanation.own?.charges.data ?? [])];
    for (let cursor = explanation.own?.charges.nextCursor; cursor; ) {
      const { own } = await ask<ExplanationWire>(app, 'GET', `${path}&cursor=${cursor}`);
      charges.push(...(own?.charges.data ?? []));
      cursor = own?.charges.nextCursor;
    }
    return { explanation, charges };
  };

  it('takes a weighted line apart to the pool, the record, the policy, weights and picos', async () => {
    const line = await lineOf({ team: 'ads', pool: 'p5', kind: 'used', tokenClass: 'inputUncached' });
    const { explanation, charges } = await explain(line.id);
    expect(faultsOf(explanation, charges)).toEqual([]);
    // A quarter of $55.04 is $13.76. Weights: search 100 + 50 x 2, ads 100 + 200: 300 of 500 are the team's, of two users.
    expect(charges).toEqual([
      expect.objectContaining({
        chargePeriod: '2026-10-01T10:00:00Z',
        charges: 2,
        requests: '2',
        quantity: '300',
        effective: '8.256',
        poolCost: expect.objectContaining({ effective: '13.76', instanceSeconds: '900', otherSources: '0' }),
        splits: [
          {
            by: 'usage',
            name: null,
            amount: '13.76',
            weight: '300000000',
            totalWeight: '500000000',
            parts: 2,
            part: '8.256',
          },
        ],
        setAside: null,
        why: null,
      }),
    ]);
    expect(charges[0]?.poolCost?.sources).toMatchObject([
      { version: 1, instanceType: 'p5.48xlarge', hourlyRate: '55.04', count: '1', effective: '13.76' },
    ]);
    expect(explanation.own).toMatchObject({
      policy: { version: 1, attribution: { basis: 'weighted_tokens', weights: { inputUncached: '1', output: '2' } } },
      charged: { entries: 1, effective: '8.256' },
      settlements: [],
      check: { difference: '0' },
      rounding: { party: 'pool:p5', ofParty: { effective: '55.04', billed: '55.04' }, ofLine: { billed: line.billed } },
    });
  });

  it('takes an idle line back to each quarter of an hour that nobody used', async () => {
    const line = await lineOf({ team: 'search', pool: 'p5', kind: 'idle' });
    const { explanation, charges } = await explain(line.id, 1);
    expect(faultsOf(explanation, charges)).toEqual([]);
    expect(charges.map(({ chargePeriod, setAside }) => [chargePeriod, setAside?.effective])).toEqual([
      ['2026-10-01T10:30:00Z', '13.76'],
      ['2026-10-01T10:45:00Z', '13.76'],
    ]);
    // Used: ads 8.256, search 5.504 + 13.76 = 19.264, of 27.52 together; idle 27.52.
    expect(explanation.own?.settlements).toMatchObject([
      {
        step: 'idle',
        effective: '19.264',
        splits: [{ by: 'idle_policy', name: 'proportional', amount: '27.52', part: '19.264', parts: 1 }],
      },
    ]);
  });

  it('takes a rated line back to its price, and says what has none', async () => {
    const rated = await lineOf({ team: 'ads', model: 'gpt-5-mini', tokenClass: 'output' });
    const { explanation, charges } = await explain(rated.id);
    expect(faultsOf(explanation, charges)).toEqual([]);
    expect(explanation.own?.prices).toContainEqual(
      expect.objectContaining({ priceVersionId: rated.priceVersion, provider: 'openai' }),
    );
    // $2 for a million output tokens.
    expect(charges).toMatchObject([{ unitPrice: { effective: '0.000002' }, quantity: '10', effective: '0.00002' }]);
    const unpriced = await lineOf({ kind: 'unpriced', tokenClass: 'output' });
    const without = await explain(unpriced.id);
    expect(faultsOf(without.explanation, without.charges)).toEqual([]);
    expect(without.charges).toMatchObject([{ effective: null, why: 'no_price' }]);
  });

  it('explains every line of the month, under its short name too', async () => {
    for (const { id } of await linesOf()) {
      const { explanation, charges } = await explain(id, 1000);
      expect(faultsOf(explanation, charges)).toEqual([]);
      expect((await explain(id.slice(0, '2026-10.'.length + 10))).explanation.line.id).toBe(id);
    }
  });

  it('answers what is no line, of no month, and no id', async () => {
    const call = async (id: string) => read(await app.request('GET', `/v1/charges/${id}/explanation`));
    expect(await call('2026-10.00000000000000000000')).toMatchObject({
      status: 404,
      body: { code: 'statement.line_not_found' },
    });
    expect(await call('2026-13.00000000000000000000')).toMatchObject({
      status: 400,
      body: { code: 'statement.bad_period' },
    });
    for (const id of ['nothing', '2026-10.xyz', '2026-10.12345', "2026-10.'000000"])
      expect(await call(encodeURIComponent(id))).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    const [line] = await linesOf();
    const bad = await app.request('GET', `/v1/charges/${line?.id ?? ''}/explanation?cursor=bm8`);
    expect((await read(bad)).status).toBe(400);
  });

  it('explains a closed line by what it was and what it is now, and the correction by what it takes it to', async () => {
    const before = await lineOf({ team: 'ads', pool: 'p5', kind: 'used', tokenClass: 'inputUncached' });
    const reason = { accept: ['unpriced_usage'], reason: 'a test' };
    await ask(app, 'POST', `/v1/statements/${OCTOBER}/close`, reason);
    const closed = await explain(before.id);
    expect(closed.explanation).toMatchObject({ state: 'closed', line: { id: before.id, effective: '8.256' } });
    expect(closed.explanation.sinceClose).toMatchObject({ corrections: [] });
    expect(faultsOf(closed.explanation, closed.charges)).toEqual([]);

    // 500 tokens more of others in the same quarter: 300 of 1,000 are now the team's.
    await sendAndWait(app, [usage('late', 'search', '10:08', { inputUncached: 500 })]);
    const since = await explain(before.id);
    expect(faultsOf(since.explanation, since.charges)).toEqual([]);
    expect(since.explanation.sinceClose).toMatchObject({
      closed: { effective: '8.256' },
      corrections: [{ period: null, effective: '-4.128' }],
      now: { effective: '4.128' },
    });
    const late = (await linesOf('2026-11')).find(
      ({ team, tokenClass, kind, correction }) =>
        team === 'ads' && tokenClass !== null && kind === 'used' && correction,
    );
    const corrected = await explain(late?.id ?? '');
    expect(faultsOf(corrected.explanation, corrected.charges)).toEqual([]);
    expect(corrected.explanation.correction).toMatchObject({
      period: OCTOBER,
      lineId: before.id,
      cause: 'share',
      before: { effective: '8.256' },
      after: { effective: '4.128' },
      evidence: { before: { tokens: '300', poolCost: '55.04' }, after: { tokens: '300', poolCost: '55.04' } },
    });
  });

  it('asks for the right to read statements', async () => {
    const { key } = await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'costs', scopes: ['costs:read'] });
    const [line] = await linesOf();
    const path = `/v1/charges/${line?.id ?? ''}/explanation`;
    const response = await app.request('GET', path, undefined, { authorization: `Bearer ${key}` });
    expect(response.status).toBe(403);
  });
});
