import { NO_FILTER } from '#quota';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { putQuota } from '../support/quota/put-quota.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const NOON = Date.UTC(2026, 10, 25, 12);
const AT_ELEVEN = '2026-11-25T11:00:00Z';

interface Verification {
  agrees: boolean;
  counts: number;
  events: number;
  repaired: boolean;
  differences: { quota: string; subject: string; windowStart: string; counted: object; expected: object }[];
}

describe('what quotas count', () => {
  let app: TestApp;
  let sent = 0;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_BILLABLE_TAGS: 'environment' } });
    app.clock.set(NOON);
    await app.request('POST', '/v1/teams', { team: 'search', costCenter: 'cc-1' });
    await app.request('PUT', '/v1/cost-centers/cc-1', { businessUnit: 'retail' });
  });
  afterAll(() => app.close());

  const use = async (more: Record<string, unknown> = {}) => {
    sent += 1;
    const event = { provider: 'openai', model: 'gpt-4o', pool: undefined, occurredAt: AT_ELEVEN };
    const answer = await sendAndWait(app, usageEvent(`req-${sent}`, { ...event, ...more }));
    expect([answer.status, answer.body]).toEqual([200, answer.body]);
  };
  const verify = async (body: object = {}): Promise<Verification> => {
    const response = await app.request('POST', '/v1/quota/verifications', body);
    expect(response.status).toBe(200);
    return (await response.json()) as Verification;
  };
  const countsOf = async (quota: string): Promise<Record<string, string>> => {
    const rows = await app.database.dataSource.query<{ of: string; used: string }[]>(
      `select subject || ' ' || to_char(window_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as of, used::text as used
       from quota_count where used <> 0 and series_id in (select series_id from quota_version where quota = $1)`,
      [quota],
    );
    return Object.fromEntries(rows.map(({ of, used }) => [of, used]));
  };
  const team = (name: string) => ({ level: 'team', name, team: null, tagKey: null }) as const;

  it('is usage without a reservation too, on each level, in the window of its time, late or not', async () => {
    await putQuota(app, 'a-team', { measure: 'total_tokens', subject: team('search') });
    await putQuota(app, 'b-unit', { subject: { level: 'business_unit', name: 'retail', team: null, tagKey: null } });
    await putQuota(app, 'c-tag', {
      subject: { level: 'tag', name: null, team: null, tagKey: 'environment' },
      window: { kind: 'calendar', unit: 'month', timeZone: 'Asia/Tokyo', weekStart: 1, anchorDay: 25 },
    });
    await putQuota(app, 'd-cost', {
      measure: 'effective_cost',
      limit: 10n ** 15n,
      subject: { level: 'account', name: null, team: null, tagKey: null },
    });
    await use({
      tokens: { inputUncached: 1000, cacheRead: 400, output: 70, reasoning: 30 },
      tags: { environment: 'prod' },
    });
    await use({ occurredAt: '2026-11-25T00:00:00Z', tokens: { output: 5 } });
    await eventually(async () => expect(await countsOf('a-team')).toEqual({ 'search 2026-11-25 00:00': '1505' }));
    expect(await countsOf('b-unit')).toEqual({ 'retail 2026-11-25 00:00': '2' });
    expect(await countsOf('c-tag')).toEqual({ 'prod 2026-11-24 15:00': '1' });
    // $2.50, $1.25 and $10 for a million: 0.0025 + 0.0005 + 0.001, and 0.00005.
    expect(await countsOf('d-cost')).toEqual({ ' 2026-11-25 00:00': '4050000000' });
    expect(await verify()).toMatchObject({ agrees: true, events: 2 });
  });

  it('is not twice what was reserved: the event with the id of the reservation takes its place', async () => {
    await putQuota(app, 'both-ways', { measure: 'output_tokens', limit: 10_000n, subject: team('rag') });
    const counted = async () => {
      const ask = { subject: { team: 'rag' }, model: 'gpt-4o', estimate: { inputTokens: 0, outputTokens: 0 } };
      const { quotas } = (await (await app.request('POST', '/v1/quota/check', ask)).json()) as {
        quotas: { counted: string }[];
      };
      return quotas[0]?.counted;
    };
    const reserve = async () => {
      const body = {
        subject: { team: 'rag' },
        model: 'gpt-4o',
        provider: 'openai',
        estimate: { inputTokens: 1, maxOutputTokens: 1000 },
      };
      return (await (await app.request('POST', '/v1/quota/reservations', body)).json()) as { reservationId: string };
    };
    const usage = (reservationId: string, output: number) =>
      use({ team: 'rag', reservationId, tokens: { output }, occurredAt: '2026-11-25T11:59:00Z' });
    // Left to the event; settled before it; expired before it; released before it.
    const [open, settled, released] = [await reserve(), await reserve(), await reserve()];
    await app.request('POST', `/v1/quota/reservations/${settled.reservationId}/settle`, {
      used: { outputTokens: 300 },
    });
    await app.request('POST', `/v1/quota/reservations/${released.reservationId}/release`);
    expect(await counted()).toBe('1300');
    await usage(open.reservationId, 200);
    await usage(settled.reservationId, 310);
    await usage(released.reservationId, 7);
    await eventually(async () => expect(await counted()).toBe('517'));
    const state = await app.request('GET', `/v1/quota/reservations/${open.reservationId}`);
    expect(await state.json()).toMatchObject({ state: 'settled', metered: true });
    // Once its usage is metered, settling says nothing new.
    await app.request('POST', `/v1/quota/reservations/${open.reservationId}/settle`, { used: { outputTokens: 900 } });
    expect(await counted()).toBe('517');
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('begins with what was used before there was a quota', async () => {
    for (const output of [10, 20, 30]) await use({ team: 'early', tokens: { output } });
    await putQuota(app, 'late-quota', { measure: 'output_tokens', subject: team('early') });
    await use({ team: 'early', tokens: { output: 40 } });
    await eventually(async () => expect(await countsOf('late-quota')).toEqual({ 'early 2026-11-25 00:00': '100' }));
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('goes on when only the limit changes, and begins again when what is counted does', async () => {
    await use({ team: 'changed', tokens: { output: 11 } });
    await putQuota(app, 'changed', { measure: 'output_tokens', subject: team('changed') });
    await eventually(async () => expect(await countsOf('changed')).toEqual({ 'changed 2026-11-25 00:00': '11' }));
    await putQuota(app, 'changed', { measure: 'output_tokens', subject: team('changed'), limit: 99n });
    await use({ team: 'changed', tokens: { output: 1 } });
    await eventually(async () => expect(await countsOf('changed')).toEqual({ 'changed 2026-11-25 00:00': '12' }));
    await putQuota(app, 'changed', { measure: 'requests', subject: team('changed'), limit: 99n });
    await eventually(async () => {
      const rows = await app.database.dataSource.query<{ used: string }[]>(
        `select used::text as used from quota_count where subject = 'changed' and used = 2`,
      );
      expect(rows).toHaveLength(1);
    });
  });

  it('is put right by verify, which names what was wrong', async () => {
    // A quota that is new is counted over once more after ten seconds, and that would put it right before anybody looks.
    app.clock.set(app.clock.now() + 11_000);
    await eventually(async () => {
      const begun = await app.database.dataSource.query<unknown[]>(
        `select 1 from quota_seeded where is_final and series_id in (select series_id from quota_version where quota = 'late-quota')`,
      );
      expect(begun).toHaveLength(1);
    });
    await app.database.dataSource.query(`update quota_count set used = used + 5 where subject = 'early' and used > 0`);
    const looked = await verify({ repair: false });
    expect(looked).toMatchObject({
      agrees: false,
      repaired: false,
      differences: [
        {
          quota: 'late-quota',
          subject: 'early',
          windowStart: '2026-11-25T00:00:00Z',
          counted: { used: '105' },
          expected: { used: '100' },
        },
      ],
    });
    expect(await verify()).toMatchObject({ agrees: false, repaired: true });
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('is verified while usage comes in, and stays right', async () => {
    await putQuota(app, 'busy', { measure: 'output_tokens', subject: team('busy') });
    const senders = Array.from({ length: 4 }, async (_, lane) => {
      for (let i = 0; i < 15; i++) {
        const events = Array.from({ length: 20 }, (__, n) =>
          usageEvent(`busy-${lane}-${i}-${n}`, { team: 'busy', tokens: { output: 1 }, occurredAt: AT_ELEVEN }),
        );
        await sendAndWait(app, events);
      }
    });
    for (let i = 0; i < 10; i++) expect(await verify()).toMatchObject({ agrees: true });
    await Promise.all(senders);
    await eventually(async () => expect(await countsOf('busy')).toEqual({ 'busy 2026-11-25 00:00': '1200' }));
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('has an estimate that nothing is said of be what the team used of late', async () => {
    const rates = Array.from({ length: 20 }, (_, i) =>
      usageEvent(`p95-${i}`, {
        ...{ team: 'p95', provider: 'openai', model: 'gpt-4o', pool: undefined, occurredAt: AT_ELEVEN },
        tokens: { inputUncached: 100, output: (i + 1) * 10 },
      }),
    );
    await sendAndWait(app, rates);
    const asked = await app.request('POST', '/v1/quota/check', {
      subject: { team: 'p95' },
      model: 'gpt-4o',
      provider: 'openai',
    });
    expect(await asked.json()).toMatchObject({
      estimate: { inputTokens: 100, outputTokens: 190, inputFrom: 'recent_p95', outputFrom: 'recent_p95' },
    });
    const unseen = await app.request('POST', '/v1/quota/check', {
      subject: { team: 'unseen' },
      model: 'gpt-4o',
      estimate: { promptCharacters: 10, maxOutputTokens: 3 },
    });
    expect(await unseen.json()).toMatchObject({
      estimate: { inputTokens: 4, outputTokens: 3, inputFrom: 'prompt_size', outputFrom: 'max_tokens' },
    });
  });

  it('is replayed against a quota that is not there yet: who would have passed it when', async () => {
    const at = (time: string) => `2026-11-2${time}:00Z`;
    const uses = [
      ['ann', at('3T10:00'), 60],
      ['ann', at('3T11:00'), 50],
      ['ann', at('3T12:00'), 40],
      ['ann', at('4T09:00'), 90],
      ['bob', at('4T09:00'), 101],
      ['bob', at('4T10:00'), 100],
    ] as const;
    for (const [user, occurredAt, output] of uses) await use({ team: 'replay', user, occurredAt, tokens: { output } });
    const definition = {
      subject: { level: 'user' },
      filter: { ...NO_FILTER, model: 'gpt-*' },
      measure: 'output_tokens',
      window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' },
      limit: '100',
      action: 'block',
    };
    const dryRun = async (more: object = {}) => {
      const response = await app.request('POST', '/v1/quota-dry-runs', {
        definition: { ...definition, ...more },
        days: 7,
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const window = (subject: string, day: string) => ({
      ...{ subject, limit: '100', windowStart: `${day}T00:00:00Z` },
      windowEnd: `${day.slice(0, 8)}${Number(day.slice(8)) + 1}T00:00:00Z`,
    });
    // Of what it refuses nothing counts: the third of the first day fits again.
    expect((await dryRun()).body).toMatchObject({
      from: '2026-11-18T00:00:00Z',
      windows: 3,
      subjects: 2,
      moreBeyond: 0,
      beyond: [
        {
          ...window('ann', '2026-11-23'),
          ...{ used: '150', requests: 3, beyondRequests: 1, beyondAmount: '50', firstBeyondAt: '2026-11-23T11:00:00Z' },
        },
        {
          ...window('bob', '2026-11-24'),
          ...{
            used: '201',
            requests: 2,
            beyondRequests: 1,
            beyondAmount: '101',
            firstBeyondAt: '2026-11-24T09:00:00Z',
          },
        },
      ],
    });
    const watched = (await dryRun({ action: 'observe' })).body.beyond as { beyondRequests: number }[];
    expect(watched.map(({ beyondRequests }) => beyondRequests)).toEqual([2, 2]);
    const rolling = { window: { kind: 'rolling', lengthMs: 48 * 3_600_000 } };
    expect((await dryRun(rolling)).body.beyond).toMatchObject([
      { subject: 'ann', firstBeyondAt: '2026-11-23T11:00:00Z' },
      { subject: 'ann', firstBeyondAt: '2026-11-24T09:00:00Z' },
      { subject: 'bob', firstBeyondAt: '2026-11-24T09:00:00Z' },
    ]);
    const concurrent = await dryRun({ measure: 'concurrent_requests', window: { kind: 'now' } });
    expect([concurrent.status, concurrent.body.code]).toEqual([400, 'quota.not_replayable']);
  });

  it('leaves what is left to the next window, be it usage or a reservation that reaches it first', async () => {
    await putQuota(app, 'carried', {
      measure: 'output_tokens',
      limit: 100n,
      rolloverCap: 50n,
      subject: team('carried'),
    });
    await use({ team: 'carried', tokens: { output: 70 } });
    await eventually(async () => expect(await countsOf('carried')).toEqual({ 'carried 2026-11-25 00:00': '70' }));
    app.clock.set(NOON + 86_400_000);
    await use({ team: 'carried', tokens: { output: 5 }, occurredAt: '2026-11-26T09:00:00Z' });
    await eventually(async () => expect(await countsOf('carried')).toMatchObject({ 'carried 2026-11-26 00:00': '5' }));
    const ask = { subject: { team: 'carried' }, model: 'gpt-4o', estimate: { inputTokens: 0, outputTokens: 0 } };
    const asked = await app.request('POST', '/v1/quota/check', ask);
    expect(await asked.json()).toMatchObject({
      quotas: [{ quota: 'carried', limit: '130', counted: '5' }, { quota: 'd-cost' }],
    });
    expect(await verify()).toMatchObject({ agrees: true });
  });
});
