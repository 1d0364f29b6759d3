import { startTestApp, type TestApp } from '../support/app.js';
import { type HookStep, hasPython, runHook } from '../support/litellm.js';
import { freePort } from '../support/port.js';
import { putQuota } from '../support/quota/put-quota.js';

const describeWithPython = hasPython() ? describe : describe.skip;
if (!hasPython()) console.warn('no python3 here, so the LiteLLM hook is not run');

/** No day begins while a test counts what is left of one. */
const NOON = Date.UTC(2026, 10, 25, 12);

describeWithPython('the LiteLLM hook', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ now: NOON });
  });
  afterAll(() => app.close());

  const byTeam = (team: string) => ({ level: 'team', name: team, team: null, tagKey: null }) as const;
  const settings = () => ({ APPORTION_URL: `${app.url}/`, APPORTION_API_KEY: app.key });
  const ask = (call: string, team: string, data: Record<string, unknown> = {}): HookStep => ({
    do: 'ask',
    call,
    key: { team_alias: team, team_id: 'uuid-of-it', key_alias: 'laptop', user_id: 'ann' },
    data: { model: 'gpt-5', messages: [{ role: 'user', content: 'Hello' }], ...data },
  });
  const many = (count: number, of: (i: number) => HookStep) => Array.from({ length: count }, (_, i) => of(i));

  async function reservationsOf(team: string) {
    return app.database.dataSource.query<{ state: string; estimate: Record<string, string>; facts: object }[]>(
      `select state, amounts, request->'estimate' as estimate, request->'facts' as facts from quota_reservation
      where request->'facts'->>'team' = $1 order by created_at, reservation_id`,
      [team],
    );
  }

  it('refuses the call after the last with 429, and those at the same time', async () => {
    await putQuota(app, 'hook', { subject: byTeam('hook'), limit: 5n });
    const { done, held } = await runHook(settings(), [
      many(4, (i) => ask(`a${i}`, 'hook')),
      many(6, (i) => ask(`b${i}`, 'hook')),
    ]);
    const answers = done.flat();
    expect(answers.filter((answer) => answer?.passed)).toHaveLength(5);
    const refused = answers.filter((answer) => !answer?.passed);
    expect(refused).toHaveLength(5);
    for (const answer of refused) {
      expect(answer).toEqual({
        status: 429,
        detail: 'The request would pass the limit of hook.',
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      });
    }
    expect(held).toBe(5);
  });

  it('settles with what was used and gives back what failed, so that the next passes', async () => {
    await putQuota(app, 'spent', { subject: byTeam('spent'), measure: 'output_tokens', limit: 100n });
    const most = { max_tokens: 40, max_completion_tokens: 60 };
    const usage = { prompt_tokens: 20, completion_tokens: 30, prompt_tokens_details: { cached_tokens: 5 } };
    const { done, held } = await runHook(settings(), [
      [ask('one', 'spent', most)],
      [ask('two', 'spent', most)],
      [{ do: 'succeed', call: 'one', usage }],
      [ask('three', 'spent', most)],
      [{ do: 'fail', call: 'three' }],
      [ask('four', 'spent', most)],
      [{ do: 'succeed', call: 'four' }],
      [{ do: 'succeed', call: 'four', usage }],
    ]);
    expect(done.map(([answer]) => answer?.passed ?? answer?.status ?? null)).toEqual([
      ...[true, 429, null, true, null, true, null, null],
    ]);
    expect(held).toBe(0);
    const kept = await reservationsOf('spent');
    expect(kept).toMatchObject([
      { state: 'settled', amounts: ['30'], facts: { team: 'spent', apiKey: 'laptop', user: 'ann', project: null } },
      { state: 'released' },
      { state: 'settled', amounts: ['60'] },
    ]);
    expect(kept[0]?.estimate).toMatchObject({ inputTokens: '3', outputTokens: '60' });
  });

  it('keeps calls apart that a client sent under one id', async () => {
    const twice = many(2, () => ask('same', 'twins'));
    const { held } = await runHook(settings(), [twice, many(2, () => ({ do: 'succeed', call: 'same' }))]);
    expect(held).toBe(0);
    await expect(reservationsOf('twins')).resolves.toMatchObject([{ state: 'settled' }, { state: 'settled' }]);
  });

  it('counts no picture for text', async () => {
    const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(90_000)}` } };
    await runHook(settings(), [[ask('picture', 'painters', { messages: [{ role: 'user', content: [picture] }] })]]);
    const [kept] = await reservationsOf('painters');
    expect(Number(kept?.estimate.inputTokens)).toBeLessThan(20);
  });

  describe('when nobody answers', () => {
    const nobody = async () => ({ ...settings(), APPORTION_URL: `http://127.0.0.1:${await freePort()}` });

    it('lets nothing pass, unless it is told to', async () => {
      const closed = await runHook(await nobody(), [[ask('a', 'search')]]);
      expect(closed.done).toEqual([[{ status: 503, detail: 'Quotas cannot be asked now.', headers: null }]]);
      const open = await runHook({ ...(await nobody()), APPORTION_ON_ERROR: 'open' }, [[ask('a', 'search')]]);
      expect(open).toEqual({ done: [[{ passed: true }]], held: 0 });
    });

    it('is another thing than to be refused: a wrong key or a call that cannot be counted never passes', async () => {
      const open = { ...settings(), APPORTION_ON_ERROR: 'open' };
      const wrong = await runHook({ ...open, APPORTION_API_KEY: 'apk_wrong' }, [[ask('a', 'search')]]);
      expect(wrong.done).toMatchObject([[{ status: 503 }]]);
      const nameless = await runHook(open, [[ask('a', 'search', { model: '' })], [ask('b', ''), ask('c', '')]]);
      expect(nameless.done).toMatchObject([[{ status: 400 }], [{ passed: true }, { passed: true }]]);
      const teamless = await runHook(open, [[{ do: 'ask', call: 'a', data: { model: 'gpt-5' } }]]);
      expect(teamless.done).toMatchObject([[{ status: 400 }]]);
    });
  });
});
