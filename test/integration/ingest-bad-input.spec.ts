import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../support/app.js';
import { read, send, usageEvent } from '../support/usage-events.js';

/** What must get a clear answer, cost no good event and lose nothing. */
describe('bad input at the door', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      roles: 'api',
      env: {
        APPORTION_MAX_BODY_BYTES: '100000',
        APPORTION_MAX_INFLATED_BYTES: '1000000',
        APPORTION_MAX_BATCH_EVENTS: '50',
        APPORTION_MAX_JSON_DEPTH: '8',
      },
    });
  });
  afterAll(() => app.close());

  const gzip = { 'content-encoding': 'gzip' };
  const good = JSON.stringify(usageEvent('good'));

  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['no body', '', {}, 400, 'ingest.empty_batch'],
    ['an empty batch', '[]', {}, 400, 'ingest.empty_batch'],
    ['a batch over the limit', `[${Array(51).fill('{}').join()}]`, {}, 413, 'ingest.too_many_events'],
    ['a body over the limit', ' '.repeat(100_001), {}, 413, 'request.too_large'],
    ['a gzip bomb', gzipSync(Buffer.alloc(20_000_000, 0x20)), gzip, 413, 'ingest.inflated_too_large'],
    ['truncated gzip', gzipSync(good).subarray(0, -12), gzip, 400, 'ingest.gzip_truncated'],
    ['what is not gzip', good, gzip, 400, 'ingest.gzip_invalid'],
    ['another compression', good, { 'content-encoding': 'br' }, 415, 'ingest.unsupported_encoding'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'request.unsupported_media_type'],
    ['plain text', good, { 'content-type': 'text/plain' }, 415, 'ingest.unsupported_media_type'],
    ['invalid UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), {}, 400, 'ingest.invalid_utf8'],
    ['cut off JSON', good.slice(0, 100), {}, 400, 'ingest.malformed_json'],
    ['NaN, which is no JSON', good.replace('1200', 'NaN'), {}, 400, 'ingest.malformed_json'],
  ])('%s', async (_, body, headers, status, code) => {
    expect(await send(app, body, headers)).toMatchObject({
      status,
      body: { status, code, detail: expect.any(String) },
    });
    expect(await app.database.dataSource.query('select count(*)::int as n from ingest_inbox')).toEqual([{ n: 0 }]);
  });

  it('says where the JSON breaks', async () => {
    const { body } = await send(app, '[{"id":"a"},{"id":]');
    expect(body.detail).toBe(
      'The body is not JSON: at byte 18 it has ] where a value must follow. Nothing of it was taken.',
    );
  });

  it('leaves other routes their JSON', async () => {
    expect((await app.request('POST', '/v1/teams', { team: 'made' })).status).toBe(201);
    const ndjson = await app.request('POST', '/v1/teams', '{}', { 'content-type': 'application/x-ndjson' });
    expect(await read(ndjson)).toMatchObject({ status: 415, body: { code: 'request.unsupported_media_type' } });
    expect(
      await read(await app.request('POST', '/v1/teams', '{', { 'content-type': 'application/json' })),
    ).toMatchObject({ status: 400 });
    const bytes = Buffer.from('{"team":"\xff"}', 'latin1');
    expect(
      await read(await app.request('POST', '/v1/teams', bytes, { 'content-type': 'application/json' })),
    ).toMatchObject({ status: 400, body: { code: 'request.malformed', detail: 'The body is not UTF-8.' } });
  });

  it.each<[string, string, string, string]>([
    ['a key twice', good.replace('"team":', '"team":"a","team":'), 'event.duplicate_key', '/team'],
    ['__proto__', good.replace('"team":', '"__proto__":{},"team":'), 'event.unknown_field', '/__proto__'],
    ['deep nesting', good.replace('"search"', `${'['.repeat(9)}${']'.repeat(9)}`), 'event.too_deep', ''],
    ['NUL in the id', good.replace('good', 'a\\u0000b'), 'event.text_invalid', '/id'],
    ['half a surrogate pair', good.replace('good', '\\ud83d'), 'event.text_invalid', '/id'],
    ['NUL in a key', good.replace('"team":', '"\\u0000":1,"team":'), 'event.unknown_field', '/\ufffd'],
    [
      'half a surrogate pair in a key',
      good.replace('"team":', '"\\ud83d":1,"team":'),
      'event.unknown_field',
      '/\ufffd',
    ],
    [
      'a key of 10 kB',
      good.replace('"team":', `"${'k'.repeat(10_000)}":1,"team":`),
      'event.unknown_field',
      `/${'k'.repeat(1_023)}`,
    ],
    ['an id of 10 kB', good.replace('good', 'x'.repeat(10_000)), 'event.text_too_long', '/id'],
    ['1e308 tokens', good.replace('1200', '1e308'), 'event.tokens_too_large', '/tokens/inputUncached'],
    ['1e400 tokens', good.replace('1200', '1e400'), 'event.tokens_too_large', '/tokens/inputUncached'],
    ['2^53 + 1 tokens', good.replace('1200', '9007199254740993'), 'event.tokens_too_large', '/tokens/inputUncached'],
  ])('costs no good event: %s', async (_, bad, code, pointer) => {
    const before = await app.database.dataSource.query<{ raw: Buffer }[]>('select raw from quarantine');
    const other = JSON.stringify(usageEvent('other'));
    expect(await send(app, `[${other},${bad}]`)).toMatchObject({
      status: 202,
      body: { accepted: 1, rejected: 1, events: [{ index: 1, outcome: 'rejected', code, pointer }] },
    });
    const kept = await app.database.dataSource.query<{ raw: Buffer }[]>(
      'select raw from quarantine order by quarantine_id',
    );
    expect(kept).toHaveLength(before.length + 1);
    expect(kept.at(-1)?.raw.toString()).toBe(bad);
  });

  it('takes unicode and right-to-left ids', async () => {
    const ids = ['ид-𝕏', 'שלום', 'مرحبا', '‏rtl', 'e\u0301'];
    expect(
      await send(
        app,
        ids.map((id) => usageEvent(id)),
      ),
    ).toMatchObject({ status: 202, body: { accepted: 5, rejected: 0 } });
  });
});

describe('many big bad events at once', () => {
  it('are each kept, or answered that it is too much for now', async () => {
    const app = await startTestApp({ roles: 'api', env: { APPORTION_MAX_INFLIGHT_BYTES: '8000000' } });
    const bad = JSON.stringify({ source: 'x'.repeat(1_000_000), id: 'y'.repeat(1_000_000) });
    const answers = await Promise.all(Array.from({ length: 24 }, () => send(app, bad)));
    const kept = answers.filter(({ status }) => status === 422);
    const busy = answers.filter(({ status }) => status === 429);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length + busy.length).toBe(24);
    for (const { body, headers } of busy) {
      expect(body.code).toBe('ingest.overloaded');
      expect(headers.get('retry-after')).toBe('1');
    }
    expect(
      await app.database.dataSource.query(
        'select count(*)::int as n, max(length(raw)) as bytes, max(source) as source, max(event_id) as id from quarantine',
      ),
    ).toEqual([{ n: kept.length, bytes: bad.length, source: null, id: null }]);
    expect((await send(app, usageEvent('after'))).status).toBe(202);
    await app.close();
  });
});
