import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { putQuota } from '../support/quota/put-quota.js';
import { type RawAnswer, sendRaw } from '../support/raw-http.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const PREFIX = '/v1/quota/ext-authz';
const CHAT = JSON.stringify({ model: 'gpt-5', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] });

/** No day begins while a test counts what is left of one. */
const NOON = Date.UTC(2026, 10, 25, 12);

describe('what Envoy asks before it lets a request pass', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ now: NOON });
  });
  afterAll(() => app.close());

  interface Asked {
    readonly method?: string;
    readonly path?: string;
    readonly prefix?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
  }

  /** As Envoy does: our prefix before the client's path, the client's `Authorization`, no content type, a length always. */
  function ask({ method = 'POST', path = '/v1/chat/completions', prefix = PREFIX, headers = {}, body = '' }: Asked) {
    return sendRaw(
      app.url,
      `${method} ${prefix}${path} HTTP/1.1`,
      {
        authorization: 'Bearer sk-of-the-client',
        'x-apportion-authorization': `Bearer ${app.key}`,
        'x-request-id': randomUUID(),
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
      body,
    );
  }
  const asTeam = (team: string, more: Readonly<Record<string, string>> = {}) => ({
    'x-apportion-team': team,
    'x-apportion-model': 'gpt-5',
    ...more,
  });
  const byTeam = (team: string) => ({ level: 'team', name: team, team: null, tagKey: null }) as const;
  const codeOf = ({ body }: RawAnswer) => (JSON.parse(body) as { code: string }).code;
  const pointersOf = ({ body }: RawAnswer) =>
    (JSON.parse(body) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);

  async function estimateOf(reservationId: string | undefined): Promise<Record<string, string>> {
    const [row] = await app.database.dataSource.query<{ estimate: Record<string, string> }[]>(
      `select request->'estimate' as estimate from quota_reservation where reservation_id = $1`,
      [reservationId],
    );
    if (!row) throw new Error('no such reservation');
    return row.estimate;
  }

  describe('a hard limit', () => {
    it('stops the request after the last, whatever its method and path', async () => {
      await putQuota(app, 'three', { subject: byTeam('three'), limit: 3n });
      const headers = asTeam('three');
      const first = await ask({ headers, body: CHAT });
      expect(first).toMatchObject({
        status: 200,
        body: '',
        headers: {
          'x-apportion-reservation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
          'x-apportion-priority': 'normal',
          ratelimit: expect.stringMatching(/^"three";r=2;t=\d+$/),
        },
      });
      await expect(ask({ headers, method: 'GET', path: '/v1/models' })).resolves.toMatchObject({ status: 200 });
      await expect(ask({ headers, method: 'OPTIONS', path: '/' })).resolves.toMatchObject({ status: 200 });
      for (const refused of [{}, { method: 'GET' }, { method: 'PROPFIND' }, { method: 'DELETE', path: '/a?b=c' }]) {
        const answer = await ask({ headers, ...refused });
        expect(answer).toMatchObject({
          status: 429,
          headers: {
            'content-type': expect.stringMatching(/^application\/problem\+json/),
            'retry-after': expect.stringMatching(/^\d+$/),
          },
        });
        expect(JSON.parse(answer.body)).toMatchObject({
          code: 'quota.exceeded',
          quotas: [{ quota: 'three', remaining: '0' }],
        });
      }
    });

    it('is not passed by requests at the same time', async () => {
      await putQuota(app, 'twenty', { subject: byTeam('twenty'), limit: 20n });
      const answers = await Promise.all(
        Array.from({ length: 60 }, () => ask({ headers: asTeam('twenty'), body: CHAT })),
      );
      const count = (of: number) => answers.filter(({ status }) => status === of).length;
      expect([count(200), count(429)]).toEqual([20, 40]);
      const ids = answers.flatMap(({ headers }) => headers['x-apportion-reservation-id'] ?? []);
      expect(new Set(ids).size).toBe(20);
    });

    it('lets the next one pass when the usage event of a reservation says it used less', async () => {
      await putQuota(app, 'tokens', { subject: byTeam('tokens'), measure: 'output_tokens', limit: 100n });
      const headers = asTeam('tokens', { 'x-apportion-max-output-tokens': '90' });
      const first = await ask({ headers });
      await expect(ask({ headers })).resolves.toMatchObject({ status: 429 });
      const event = usageEvent('authorized', {
        occurredAt: new Date(app.clock.now()).toISOString(),
        team: 'tokens',
        model: 'gpt-5',
        reservationId: first.headers['x-apportion-reservation-id'],
        tokens: { inputUncached: 5, output: 7 },
      });
      await expect(sendAndWait(app, event)).resolves.toMatchObject({ status: 200 });
      await eventually(async () => {
        const found = await app.request('GET', `/v1/quota/reservations/${first.headers['x-apportion-reservation-id']}`);
        expect(await found.json()).toMatchObject({ state: 'settled', metered: true });
      });
      await expect(ask({ headers })).resolves.toMatchObject({ status: 200, headers: { ratelimit: /r=3/ } });
    });

    it('is looked at only, by the prefix that says so', async () => {
      await putQuota(app, 'looked', { subject: byTeam('looked'), limit: 1n });
      const look = () => ask({ prefix: `${PREFIX}-check`, headers: asTeam('looked') });
      for (const answer of [await look(), await look()]) {
        expect(answer.status).toBe(200);
        expect(answer.headers['x-apportion-reservation-id']).toBeUndefined();
      }
      await ask({ headers: asTeam('looked'), path: '-check' });
      await ask({ headers: asTeam('looked'), path: '/-check?x-apportion-mode=check' });
      await expect(look()).resolves.toMatchObject({ status: 429 });
    });

    it('that throttles lets pass at low priority', async () => {
      await putQuota(app, 'slow', { subject: byTeam('slow'), limit: 0n, action: 'throttle' });
      await expect(ask({ headers: asTeam('slow') })).resolves.toMatchObject({
        status: 200,
        headers: { 'x-apportion-priority': 'low', 'retry-after': expect.stringMatching(/^\d+$/) },
      });
    });
  });

  describe('whose request it is', () => {
    const unauthorized = async (headers: Readonly<Record<string, string>>) => {
      const answer = await sendRaw(app.url, `POST ${PREFIX}/v1/x HTTP/1.1`, { 'content-length': '0', ...headers });
      return { status: answer.status, code: codeOf(answer) };
    };

    it('is never taken from the client’s own Authorization', async () => {
      const own = { ...asTeam('search'), authorization: `Bearer ${app.key}` };
      await expect(unauthorized(own)).resolves.toEqual({ status: 401, code: 'auth.no_key' });
      const wrong = { ...own, 'x-apportion-authorization': 'Bearer apk_wrong' };
      await expect(unauthorized(wrong)).resolves.toEqual({ status: 401, code: 'auth.invalid_key' });
    });

    it('needs the scope', async () => {
      const made = await app.request('POST', '/v1/keys', { name: 'events only', scopes: ['events:write'] });
      const { key } = (await made.json()) as { key: string };
      const headers = { ...asTeam('search'), 'x-apportion-authorization': `Bearer ${key}` };
      await expect(unauthorized(headers)).resolves.toEqual({ status: 403, code: 'auth.missing_scope' });
    });

    it('cannot be got round by a path that leads elsewhere', async () => {
      await putQuota(app, 'none', { subject: byTeam('none'), limit: 0n });
      const headers = asTeam('none');
      for (const path of [
        '/../../../health/live',
        '/..%2f..%2f..%2fhealth/live',
        '//health/live',
        '/?a',
        '',
        '/%2e%2e/',
      ]) {
        await expect(ask({ headers, path, method: 'GET' })).resolves.toMatchObject({ status: 429 });
      }
      for (const path of ['/%zz', '*', `/${'a'.repeat(20_000)}`]) {
        const { status } = await ask({ headers, path, method: 'GET' });
        expect(status).toBeGreaterThanOrEqual(400);
      }
    });
  });

  describe('what it asks for', () => {
    it('is told by headers, and where they are silent by the body', async () => {
      const subject = asTeam('both', {
        'x-apportion-project': Buffer.from('großprojekt').toString('latin1'),
        'x-apportion-user': 'ann',
        'x-apportion-key': 'laptop',
        'x-apportion-provider': 'openai',
        'x-apportion-pool': '',
        'x-apportion-tier': 'batch',
        'x-apportion-tags': 'environment=prod, a%2Cb=c%3Dd',
        'x-apportion-estimate-input-tokens': '12',
      });
      const answer = await ask({ headers: subject, body: CHAT });
      const id = answer.headers['x-apportion-reservation-id'];
      await expect(estimateOf(id)).resolves.toMatchObject({ inputTokens: '12', outputTokens: '50' });
      const [row] = await app.database.dataSource.query<{ facts: unknown }[]>(
        `select request->'facts' as facts from quota_reservation where reservation_id = $1`,
        [id],
      );
      expect(row?.facts).toMatchObject({
        team: 'both',
        project: 'großprojekt',
        ...{ user: 'ann', apiKey: 'laptop', provider: 'openai', pool: null, tier: 'batch', model: 'gpt-5' },
        tags: { environment: 'prod', 'a,b': 'c=d' },
      });
    });

    it.each([
      ['max_tokens', { max_tokens: 5 }, '5'],
      ['max_completion_tokens', { max_completion_tokens: 6, max_tokens: null }, '6'],
      ['max_output_tokens', { max_output_tokens: 7 }, '7'],
      ['the most of what is said', { max_output_tokens: 7, max_tokens: 9 }, '9'],
    ])('is read from a body with %s', async (_, said, outputTokens) => {
      const body = JSON.stringify({ model: 'gpt-5-mini', input: 'x'.repeat(300), ...said });
      const answer = await ask({ headers: { 'x-apportion-team': 'body', 'content-type': 'application/json' }, body });
      const inputTokens = String(Math.ceil(Buffer.byteLength(body) / 3));
      const estimate = await estimateOf(answer.headers['x-apportion-reservation-id']);
      expect(estimate).toMatchObject({ inputTokens, outputTokens });
    });

    it('is at least what was seen of a body that was cut off, and not guessed from bytes that are no JSON', async () => {
      const cut = { ...asTeam('body'), 'x-envoy-auth-partial-body': 'true' };
      const partial = await ask({ headers: cut, body: CHAT.slice(0, 60) });
      await expect(estimateOf(partial.headers['x-apportion-reservation-id'])).resolves.toMatchObject({
        inputTokens: '20',
      });
      const sound = { ...asTeam('body'), 'content-type': 'multipart/form-data; boundary=b' };
      const bytes = await ask({ headers: sound, body: new Uint8Array(9_000) });
      await expect(estimateOf(bytes.headers['x-apportion-reservation-id'])).resolves.toMatchObject({
        inputTokens: '1000',
      });
    });

    it.each([
      ['no team', {}, CHAT, ['/x-apportion-team']],
      ['a model that nobody says', { 'x-apportion-team': 'a' }, '', ['/x-apportion-model']],
      ['a body without its model', { 'x-apportion-team': 'a' }, '{"model":', ['/x-apportion-model']],
      ['a body of the wrong shape', { 'x-apportion-team': 'a' }, '{"model":"m","max_tokens":"9"}', ['/max_tokens']],
      [
        'a count that is none',
        asTeam('a', { 'x-apportion-max-output-tokens': '-1' }),
        '',
        ['/x-apportion-max-output-tokens'],
      ],
      [
        'too large a count',
        asTeam('a', { 'x-apportion-estimate-input-tokens': '1000000001' }),
        '',
        ['/x-apportion-estimate-input-tokens'],
      ],
      [
        'a time to hold it that is too long',
        asTeam('a', { 'x-apportion-ttl-ms': '86400001' }),
        '',
        ['/x-apportion-ttl-ms'],
      ],
      ['tags that are none', asTeam('a', { 'x-apportion-tags': 'prod' }), '', ['/x-apportion-tags']],
      ['tags that cannot be decoded', asTeam('a', { 'x-apportion-tags': 'a=%zz' }), '', ['/x-apportion-tags']],
      ['a tag said twice', asTeam('a', { 'x-apportion-tags': 'a=1,a=2' }), '', ['/x-apportion-tags']],
      ['a name that is no text', asTeam('a', { 'x-apportion-project': '\u00ff' }), '', ['/x-apportion-project']],
    ])('is refused with %s', async (_, headers, body, pointers) => {
      const answer = await ask({ headers, body });
      expect(answer.status).toBe(400);
      expect(pointersOf(answer)).toEqual(pointers);
    });
  });

  it('leaves bodies of unknown types to no other route', async () => {
    const answer = await app.request('POST', '/v1/quota/check', 'x', { 'content-type': 'text/weird' });
    expect(answer.status).toBe(415);
  });
});
