import { z } from 'zod';
import { startTestApp, type TestApp } from '../support/app.js';
import { read, send, sendAndWait, usageEvent } from '../support/usage-events.js';

const page = z.object({ data: z.array(z.object({ quarantineId: z.string() })) });

function firstOf(body: unknown): { readonly quarantineId: string } {
  const [first] = page.parse(body).data;
  if (!first) throw new Error('nothing in quarantine');
  return first;
}

describe('the quarantine', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const get = async (path: string) => read(await app.request('GET', `/v1/quarantine${path}`));
  const post = async (path: string, body?: unknown) => read(await app.request('POST', `/v1/quarantine/${path}`, body));
  const refuse = async (event: unknown, headers: Record<string, string> = {}) => {
    await send(app, event, headers);
    const { body } = await get('?state=open&limit=1');
    return firstOf(body);
  };

  it('lists the latest first, by state and code, page by page', async () => {
    for (const output of [-1, -2, 1.5, -3]) await refuse(usageEvent(`list${output}`, { tokens: { output } }));
    const first = await get('?code=event.tokens_negative&limit=2');
    expect(first.body).toMatchObject({
      data: [{ id: 'list-3', state: 'open', pointer: '/tokens/output' }, { id: 'list-2' }],
      nextCursor: expect.any(String),
    });
    const second = await get(`?code=event.tokens_negative&limit=2&cursor=${String(first.body.nextCursor)}`);
    expect(second.body).toMatchObject({ data: [{ id: 'list-1' }], nextCursor: null });
    expect((await get('?state=discarded')).body).toEqual({ data: [], nextCursor: null });
    expect((await get('?code=nonsense')).status).toBe(400);
  });

  it('shows the bytes as they came, as text where they are text', async () => {
    const text = '{ "id" : "spaced" }';
    const { quarantineId } = await refuse(text);
    expect((await get(`/${quarantineId}`)).body).toMatchObject({ raw: text, rawEncoding: 'utf8' });
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    const binary = await refuse(bytes, { 'content-type': 'application/x-ndjson' });
    expect((await get(`/${binary.quarantineId}`)).body).toMatchObject({
      raw: bytes.toString('base64'),
      rawEncoding: 'base64',
      code: 'event.malformed_json',
    });
  });

  it('replays an event put right, once', async () => {
    const { quarantineId } = await refuse(usageEvent('fix', { tokens: { output: -5 } }));
    const still = await post(`${quarantineId}/replay`);
    expect(still).toMatchObject({
      status: 422,
      body: {
        code: 'quarantine.still_refused',
        errors: [{ pointer: '/tokens/output', code: 'event.tokens_negative' }],
      },
    });
    expect(await post(`${quarantineId}/replay`, { event: { id: 'fix' } })).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'event.field_missing' }] },
    });
    const replayed = await post(`${quarantineId}/replay`, { event: usageEvent('fix', { tokens: { output: 5 } }) });
    expect(replayed).toMatchObject({ status: 202, body: { quarantineId } });
    const batch = await read(
      await app.request('GET', `/v1/batches/${String(replayed.body.batchId)}`, undefined, { prefer: 'wait=30' }),
    );
    expect(batch.body).toMatchObject({ state: 'done', accepted: 1 });
    expect((await get(`/${quarantineId}`)).body).toMatchObject({
      state: 'replayed',
      replayBatchId: replayed.body.batchId,
      resolvedBy: expect.any(String),
    });
    expect(await post(`${quarantineId}/replay`)).toMatchObject({ status: 409, body: { code: 'quarantine.not_open' } });
  });

  it('reads an event put right as closely as any other', async () => {
    const { quarantineId } = await refuse(usageEvent('strict', { tokens: { output: -5 } }));
    const text = JSON.stringify({ event: usageEvent('strict') });
    const put = async (body: string | Uint8Array, type = 'application/json') =>
      read(await app.request('POST', `/v1/quarantine/${quarantineId}/replay`, body, { 'content-type': type }));
    expect(await put(text.replace('"team":', '"team":"ads","team":'))).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/team', code: 'event.duplicate_key' }] },
    });
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('search')] = 0xff;
    expect(await put(bytes)).toMatchObject({ status: 400, body: { code: 'ingest.invalid_utf8' } });
    expect(await put('{"event":')).toMatchObject({ status: 400, body: { code: 'ingest.malformed_json' } });
    expect(await put('{"evnt":{}}')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/evnt' }] } });
    expect((await put(text, 'application/x-ndjson')).status).toBe(415);
    expect((await put(text)).status).toBe(202);
  });

  it('keeps a conflict until it is an event of its own', async () => {
    await sendAndWait(app, usageEvent('twin'));
    await sendAndWait(app, usageEvent('twin', { team: 'ads' }));
    const { body } = await get('?code=event.conflict');
    const { quarantineId } = firstOf(body);
    expect((await get(`/${quarantineId}`)).body).toMatchObject({
      id: 'twin',
      raw: expect.stringContaining('"team":"ads"'),
    });
    expect(await post(`${quarantineId}/replay`)).toMatchObject({ status: 409, body: { code: 'event.conflict' } });
    expect((await get(`/${quarantineId}`)).body).toMatchObject({ state: 'open' });
    expect((await post(`${quarantineId}/replay`, { event: usageEvent('twin-2', { team: 'ads' }) })).status).toBe(202);
  });

  it('lets one replay of many at once through', async () => {
    const { quarantineId } = await refuse(usageEvent('race', { tokens: {} }));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(`${quarantineId}/replay`, { event: usageEvent('race') })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array<number>(7).fill(409)]);
  });

  it('lets an event go with a reason', async () => {
    const { quarantineId } = await refuse(usageEvent('gone', { team: '' }));
    expect((await post(`${quarantineId}/discard`, {})).status).toBe(400);
    expect((await post(`${quarantineId}/discard`, { reason: 'a test request' })).status).toBe(204);
    expect((await get(`/${quarantineId}`)).body).toMatchObject({ state: 'discarded', discardReason: 'a test request' });
    expect((await post(`${quarantineId}/discard`, { reason: 'again' })).status).toBe(409);
    expect((await post('00000000-0000-7000-8000-000000000000/discard', { reason: 'x' })).status).toBe(404);
    expect((await get('/nonsense')).status).toBe(400);
  });

  // The last of all: for the rest of its day the inbox would look two hours old.
  it('replays as it came what was only too early', async () => {
    const soon = new Date(app.clock.now() + 2 * 3_600_000).toISOString();
    const { quarantineId } = await refuse(usageEvent('early', { occurredAt: soon }));
    expect((await post(`${quarantineId}/replay`)).status).toBe(422);
    app.clock.set(app.clock.now() + 2 * 3_600_000);
    expect((await post(`${quarantineId}/replay`)).status).toBe(202);
  });
});
