import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { putQuota } from '../support/quota/put-quota.js';

const NOON = Date.UTC(2026, 10, 25, 12);

interface Verdict {
  quota: string;
  subject: string;
  limit: string;
  counted: string;
  remaining: string;
  exceeded: boolean;
  windowEnd: string | null;
}

interface Reserved {
  reservationId: string;
  decision: string;
  priority: string;
  expiresAt: string;
  estimate: Record<string, unknown>;
  quotas: Verdict[];
}

const SEARCH = { subject: { team: 'search' }, model: 'gpt-4o', provider: 'openai' };
const TOKENS = { inputTokens: 1000, outputTokens: 500 };

describe('reservations', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(NOON);
  });
  afterAll(() => app.close());

  const post = (path: string, body: unknown = {}, headers = {}) =>
    app.request('POST', `/v1/quota/${path}`, body, headers);
  const reserve = async (more: Record<string, unknown> = {}, headers = {}) => {
    const response = await post('reservations', { ...SEARCH, estimate: TOKENS, ...more }, headers);
    return { response, body: (await response.json()) as Reserved };
  };
  const admitted = async (more: Record<string, unknown> = {}): Promise<Reserved> => {
    const { response, body } = await reserve(more);
    expect([response.status, body]).toEqual([201, body]);
    return body;
  };
  /** What the quota counts for the team now. */
  const counted = async (quota: string, more: Record<string, unknown> = {}): Promise<string> => {
    const response = await post('check', { ...SEARCH, estimate: { inputTokens: 0, outputTokens: 0 }, ...more });
    const { quotas } = (await response.json()) as Reserved;
    return quotas.find((verdict) => verdict.quota === quota)?.counted ?? 'none';
  };
  const team = (name: string) => ({ level: 'team', name, team: null, tagKey: null }) as const;

  it('admits up to the limit and tells the next what refused it, until when, and when to come again', async () => {
    await putQuota(app, 'three-a-day', { limit: 3n, subject: team('three') });
    const ask = { subject: { team: 'three' } };
    for (const left of ['2', '1', '0']) expect((await admitted(ask)).quotas[0]?.remaining).toBe(left);
    const { response, body } = await reserve(ask);
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.headers.get('retry-after')).toMatch(/^43[12]\d\d$/);
    expect(response.headers.get('ratelimit')).toMatch(/^"three-a-day";r=0;t=43[12]\d\d$/);
    expect(response.headers.get('ratelimit-policy')).toBe('"three-a-day";q=3;w=86400');
    expect(body).toMatchObject({
      code: 'quota.exceeded',
      status: 429,
      quotas: [{ quota: 'three-a-day', subject: 'three', limit: '3', counted: '3', windowEnd: '2026-11-26T00:00:00Z' }],
    });
  });

  it('holds in all quotas that apply or in none', async () => {
    await putQuota(app, 'wide', { limit: 10_000n, measure: 'total_tokens', subject: team('both') });
    await putQuota(app, 'narrow', {
      limit: 1n,
      subject: { level: 'project', name: 'ranker', team: 'both', tagKey: null },
    });
    const ranker = { subject: { team: 'both', project: 'ranker' } };
    await admitted(ranker);
    expect((await reserve(ranker)).response.status).toBe(429);
    expect(await counted('wide', { subject: { team: 'both' } })).toBe('1500');
    await admitted({ subject: { team: 'both', project: 'other' } });
    expect(await counted('wide', { subject: { team: 'both' } })).toBe('3000');
  });

  it('holds of 40 at once no more than the limit', async () => {
    await putQuota(app, 'hot', { limit: 10n, subject: team('hot') });
    const answers = await Promise.all(Array.from({ length: 40 }, () => reserve({ subject: { team: 'hot' } })));
    expect(answers.filter(({ response }) => response.status === 201)).toHaveLength(10);
    expect(answers.filter(({ response }) => response.status === 429)).toHaveLength(30);
  });

  it('gives each of a level a count of its own where the quota names none', async () => {
    await putQuota(app, 'each-user', { limit: 1n, subject: { level: 'user', name: null, team: null, tagKey: null } });
    await admitted({ subject: { team: 'users', user: 'ann' } });
    await admitted({ subject: { team: 'users', user: 'bob' } });
    const { response, body } = await reserve({ subject: { team: 'users', user: 'ann' } });
    expect([response.status, body.quotas[0]?.subject]).toEqual([429, 'ann']);
  });

  describe('how they end', () => {
    // Each has a count of its own.
    let ends = { subject: { team: 'ends', project: '' } };
    let tests = 0;
    const held = () => counted('ends-tokens', ends);
    const end = (id: string, how: string, body = {}) => post(`reservations/${id}/${how}`, body);
    beforeAll(async () => {
      await putQuota(app, 'ends-tokens', {
        limit: 1_000_000n,
        measure: 'total_tokens',
        subject: { level: 'project', name: null, team: 'ends', tagKey: null },
      });
    });
    beforeEach(() => {
      tests += 1;
      ends = { subject: { team: 'ends', project: `test-${tests}` } };
    });

    it('settled with what was used, be it more than was held; again changes nothing', async () => {
      const { reservationId: id } = await admitted(ends);
      expect(await held()).toBe('1500');
      const settled = await end(id, 'settle', { used: { inputTokens: 1000, outputTokens: 9000 } });
      expect([settled.status, await settled.json()]).toMatchObject([200, { state: 'settled', metered: false }]);
      expect(await held()).toBe('10000');
      expect((await end(id, 'settle', { used: { inputTokens: 1, outputTokens: 1 } })).status).toBe(200);
      expect(await held()).toBe('10000');
      expect(await (await end(id, 'release')).json()).toMatchObject({ status: 409, code: 'quota.reservation_settled' });
    });

    it('settled with its estimate where nothing is said', async () => {
      const { reservationId: id } = await admitted(ends);
      await end(id, 'settle');
      expect(await held()).toBe('1500');
    });

    it('released: nothing is held; a second time too, and it cannot be settled then', async () => {
      const { reservationId: id } = await admitted(ends);
      expect((await end(id, 'release')).status).toBe(200);
      expect((await end(id, 'release')).status).toBe(200);
      expect(await held()).toBe('0');
      expect(await (await end(id, 'settle')).json()).toMatchObject({ status: 409, code: 'quota.reservation_released' });
    });

    it('by itself when its time is over; settled late it counts all the same', async () => {
      const { reservationId: id } = await admitted({ ...ends, ttlMs: 1 });
      await eventually(async () => expect(await held()).toBe('0'));
      expect(await (await app.request('GET', `/v1/quota/reservations/${id}`)).json()).toMatchObject({
        state: 'expired',
      });
      expect(await (await end(id, 'extend', { ttlMs: 1000 })).json()).toMatchObject({
        code: 'quota.reservation_ended',
      });
      expect((await end(id, 'settle', { used: { inputTokens: 70, outputTokens: 7 } })).status).toBe(200);
      expect(await held()).toBe('77');
    });

    it('later, when it is extended, and never sooner', async () => {
      const { reservationId: id, expiresAt } = await admitted({ ...ends, ttlMs: 60_000 });
      const sooner = (await (await end(id, 'extend', { ttlMs: 1 })).json()) as Reserved;
      expect(sooner.expiresAt).toBe(expiresAt);
      const later = (await (await end(id, 'extend', { ttlMs: 120_000 })).json()) as Reserved;
      expect(Date.parse(later.expiresAt)).toBeGreaterThan(Date.parse(expiresAt));
    });

    it('not at all when nobody knows them', async () => {
      const id = '0198e1f2-0000-7000-8000-00000000000a';
      for (const how of ['settle', 'release']) {
        expect(await (await end(id, how)).json()).toMatchObject({ status: 404, code: 'quota.reservation_not_found' });
      }
      expect((await end(id, 'extend', { ttlMs: 1 })).status).toBe(404);
      expect((await end('x', 'settle')).status).toBe(400);
    });
  });

  it('gives the same reservation for the same key, and refuses another request with it', async () => {
    await putQuota(app, 'keyed', { limit: 5n, subject: team('keyed') });
    const ask = { subject: { team: 'keyed' } };
    const key = { 'idempotency-key': 'abc-1' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => reserve(ask, key)));
    expect(answers.map(({ response }) => response.status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.reservationId)).size).toBe(1);
    expect(await counted('keyed', ask)).toBe('1');
    const other = await reserve({ ...ask, estimate: { inputTokens: 2, outputTokens: 2 } }, key);
    expect(other.body).toMatchObject({ status: 409, code: 'quota.idempotency_key_reused' });
    expect((await reserve(ask, { 'idempotency-key': 'a b' })).body).toMatchObject({
      code: 'quota.bad_idempotency_key',
    });
  });

  it('keeps room for the tiers that matter: the lower are refused first', async () => {
    await putQuota(app, 'tiers', {
      limit: 10n,
      measure: 'concurrent_requests',
      window: { kind: 'now' },
      subject: { level: 'account', name: null, team: null, tagKey: null },
      filter: { provider: null, model: null, pool: 'h100', tier: null, environment: null, status: null },
      tierPercents: { batch: 50, flex: 80 },
    });
    const ask = (tier: string) => reserve({ subject: { team: 'tiers' }, pool: 'h100', provider: null, tier });
    const admittedOf = async (tier: string) => {
      let count = 0;
      while ((await ask(tier)).response.status === 201) count += 1;
      return count;
    };
    expect([await admittedOf('batch'), await admittedOf('flex'), await admittedOf('standard')]).toEqual([5, 3, 2]);
  });

  it('lets through what is only watched, and throttles where that is asked', async () => {
    await putQuota(app, 'shadow', { limit: 0n, action: 'observe', subject: team('soft') });
    const ask = { subject: { team: 'soft' } };
    expect(await admitted(ask)).toMatchObject({ decision: 'admitted', quotas: [{ quota: 'shadow', exceeded: true }] });
    await putQuota(app, 'slow', { limit: 0n, action: 'throttle', subject: team('soft') });
    const { response, body } = await reserve(ask);
    expect([response.status, body.decision, body.priority]).toEqual([201, 'throttled', 'low']);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('holds costs by the price book, or as given, and says what has no price', async () => {
    await putQuota(app, 'dollars', { limit: 1_000_000_000_000n, measure: 'billed_cost', subject: team('money') });
    const ask = { subject: { team: 'money' } };
    // gpt-4o: $2.50 and $10 for a million tokens.
    const { response: first, body: priced } = await reserve(ask);
    expect(priced.estimate).toMatchObject({ billedCost: '0.0075', effectiveCost: '0.0075' });
    expect(first.headers.get('ratelimit-policy')).toBe('"dollars";q=1000000;qu="millionths";w=86400');
    expect(first.headers.get('ratelimit')).toMatch(/^"dollars";r=992500;t=\d+$/);
    expect(await counted('dollars', ask)).toBe('0.0075');
    await admitted({ ...ask, estimate: { cost: '0.9' } });
    const { response, body } = await reserve({ ...ask, estimate: { cost: '0.0925001' } });
    expect([response.status, body.quotas[0]]).toMatchObject([429, { limit: '1', counted: '0.9075' }]);
    const unpriced = await admitted({ ...ask, model: 'nobody-sells-it' });
    expect(unpriced.estimate).toMatchObject({ billedCost: null });
  });

  it('takes changed limits at once', async () => {
    await putQuota(app, 'changing', { limit: 1n, subject: team('changing') });
    const ask = { subject: { team: 'changing' } };
    await admitted(ask);
    expect((await reserve(ask)).response.status).toBe(429);
    await putQuota(app, 'changing', { limit: 2n, subject: team('changing') });
    await admitted(ask);
    await putQuota(app, 'changing', { limit: 1n, subject: team('changing') });
    expect((await reserve(ask)).body.quotas[0]).toMatchObject({ limit: '1', counted: '2', remaining: '0' });
  });

  it('begins anew with the next window', async () => {
    await putQuota(app, 'daily', { limit: 1n, subject: team('daily') });
    const ask = { subject: { team: 'daily' } };
    await admitted(ask);
    expect((await reserve(ask)).response.status).toBe(429);
    app.clock.set(NOON + 12 * 3_600_000);
    try {
      await admitted(ask);
    } finally {
      app.clock.set(NOON);
    }
  });

  it.each([
    [{ subject: {} }, '/subject/team'],
    [{ subject: { team: 'a' }, model: '' }, '/model'],
    [{ ...SEARCH, estimate: { inputTokens: -1 } }, '/estimate/inputTokens'],
    [{ ...SEARCH, ttlMs: 0 }, '/ttlMs'],
    [{ ...SEARCH, estimate: { cost: '-1' } }, '/estimate/cost'],
  ])('says what is wrong with %j', async (body, pointer) => {
    const response = await post('reservations', body);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect(errors.map((error) => error.pointer)).toContain(pointer);
  });
});
