import { once } from 'node:events';
import { connect } from 'node:net';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';

/** The keys of every problem, in the order they are sent. */
const PROBLEM = ['type', 'title', 'status', 'detail', 'code', 'instance', 'requestId'];

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem: unknown = await response.json();
  if (typeof problem !== 'object' || problem === null) throw new Error('no problem');
  expect(Object.keys(problem).slice(0, PROBLEM.length)).toEqual(PROBLEM);
  return { ...problem };
}

describe('the server at its edge', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp({ env: { APPORTION_MAX_BODY_BYTES: '2048' } });
  });
  afterAll(() => server.close());

  it('lives and is ready', async () => {
    expect((await server.request('GET', '/health/live')).status).toBe(200);
    const ready = await server.request('GET', '/health/ready');
    expect(await ready.json()).toEqual({
      state: 'up',
      checks: { database: { state: 'up' }, migrations: { state: 'up' }, queue: { state: 'up' } },
    });
  });

  it('needs no key for health and metrics', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json']) {
      expect((await fetch(`${server.url}${path}`)).status).toBe(200);
    }
  });

  it('shows metrics, requests by route and not by path', async () => {
    await server.request('GET', '/health/live?who=me');
    const metrics = await (await server.request('GET', '/metrics')).text();
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/health\/live",status="200"\} \d+/,
    );
    expect(metrics).toContain('process_cpu_seconds_total');
    expect(metrics).not.toContain('who=me');
  });

  it('describes itself in OpenAPI 3.1', async () => {
    const document: unknown = await (await server.request('GET', '/openapi.json')).json();
    expect(document).toMatchObject({ openapi: '3.1.0', paths: { '/health/ready': { get: {} } } });
  });

  it('gives every answer a request id, takes a sane one over and no other', async () => {
    const ask = async (id: string) =>
      (await server.request('GET', '/health/live', undefined, { 'x-request-id': id })).headers.get('x-request-id');
    expect(await ask('trace-1.a:b')).toBe('trace-1.a:b');
    expect(await ask('a b')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ask('x'.repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
  });

  const json = { 'content-type': 'application/json' };
  it.each([
    { what: 'a path nobody serves', path: '/nowhere?key=secret', status: 404, code: 'request.not_found' },
    { what: 'a path that is no text', path: '/%c3%28', status: 400, code: 'request.malformed' },
    { what: 'a body that is no JSON', body: '{"a":', headers: json, status: 400, code: 'request.malformed' },
    { what: 'an empty JSON body', body: '', headers: json, status: 400, code: 'request.malformed' },
    {
      what: 'a prototype in the body',
      body: '{"__proto__":{}}',
      headers: json,
      status: 400,
      code: 'request.malformed',
    },
    { what: 'a body too large', body: { text: 'x'.repeat(3_000) }, status: 413, code: 'request.too_large' },
    {
      what: 'a type nobody reads',
      body: '<a/>',
      headers: { 'content-type': 'application/xml' },
      status: 415,
      code: 'request.unsupported_media_type',
    },
  ])('answers $what with a problem', async ({ path = '/v1/keys', body, headers, status, code }) => {
    const method = body === undefined ? 'GET' : 'POST';
    const response = await server.request(method, path, body, { 'x-request-id': 'r1', ...headers });
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({
      type: `urn:apportion:problem:${code}`,
      status,
      code,
      instance: path.replace(/\?.*/, ''),
      requestId: 'r1',
    });
  });

  it.each(['x', '/', '東'])('serves a name of 255 %s by its path', async (character) => {
    const path = `/v1/teams/${encodeURIComponent(character.repeat(255))}`;
    expect((await server.request('PUT', path, { validFrom: '2026-01-01T00:00:00Z' })).status).toBe(200);
    expect(await (await server.request('GET', path)).json()).toMatchObject({ team: character.repeat(255) });
  });

  it('answers what is not HTTP, too', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end('GARBAGE\r\n\r\n');
    const [answer]: unknown[] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});

describe('readiness', () => {
  it('names the migrations when they are missing', async () => {
    const database = await createTestDatabase();
    const server = await startTestApp({ database });
    await database.dataSource.query('delete from migrations where name like $1', ['CreateMetering%']);
    const response = await server.request('GET', '/health/ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      state: 'down',
      checks: { database: { state: 'up' }, migrations: { state: 'down', detail: 'migrations have not been run' } },
    });
    await server.close();
    await database.drop();
  });

  it('names the database when it is gone, and tells a caller nothing of it', async () => {
    const database = await createTestDatabase();
    const server = await startTestApp({ database });
    await database.drop();
    const response = await server.request('GET', '/health/ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ state: 'down', checks: { database: { state: 'down' } } });
    expect((await server.request('GET', '/health/live')).status).toBe(200);
    await server.close();
  });
});

describe('the connections', () => {
  it('have each commit on disk, whatever the server does by default', async () => {
    const database = await createTestDatabase();
    const [row] = await database.dataSource.query<{ name: string }[]>('select current_database() as name');
    await database.dataSource.query(`alter database "${row?.name}" set synchronous_commit = off`);
    const server = await startTestApp({ database });
    const shown: unknown = await server.app.get(DataSource).query('show synchronous_commit');
    expect(shown).toEqual([{ synchronous_commit: 'on' }]);
    await server.close();
    await database.drop();
  });
});

describe('a worker', () => {
  it('serves health and metrics and nothing else', async () => {
    const server = await startTestApp({ roles: 'worker' });
    expect((await server.request('GET', '/health/ready')).status).toBe(200);
    expect((await server.request('GET', '/metrics')).status).toBe(200);
    expect((await server.request('GET', '/openapi.json')).status).toBe(404);
    expect((await server.request('GET', '/v1/teams')).status).toBe(404);
    await server.close();
  });
});
