import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLiving } from '../../libs/platform/embedded/living.js';
import { ensureBuilt } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis } from '../support/redis.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';

const asRoot = process.getuid?.() === 0;

describe('the server as a process', () => {
  /** Of a database that is there, unless the test takes a new one. */
  let dataDir: string;
  let shared: string;
  const folders: string[] = [];
  const started: ServerProcess[] = [];

  function start(
    env: Record<string, string> = {},
    options: Parameters<typeof startServerProcess>[1] = {},
  ): ServerProcess {
    const server = startServerProcess({ APPORTION_DATA_DIR: dataDir, ...env }, options);
    started.push(server);
    return server;
  }

  function postgresPid(): number | undefined {
    const file = join(dataDir, 'postgres', 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
  }

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'apportion-server-'));
    chmodSync(folder, 0o711);
    folders.push(folder);
    return folder;
  }

  /** Sends the head of a request, and waits until the server has it: it asks for the body then. */
  async function sendHead(url: string, bodyLength: number): Promise<Socket> {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const head = [
      'POST /v1/keys HTTP/1.1',
      'host: x',
      'content-type: application/json',
      `content-length: ${bodyLength}`,
      'expect: 100-continue',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const [answer]: unknown[] = await once(socket, 'data');
    expect(String(answer)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    return socket;
  }

  beforeAll(async () => {
    ensureBuilt();
    shared = dataDir = newFolder();
    expect(await start({}, { mode: 'migrate' }).ended()).toBe(0);
  });
  beforeEach(() => {
    dataDir = shared;
  });
  afterEach(async () => {
    for (const server of started.splice(0)) {
      if (server.child.exitCode === null && server.child.signalCode === null) server.child.kill('SIGTERM');
      await server.ended();
    }
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('does not start with a bad setting, and says which in one line', async () => {
    const server = start({ PORT: 'many' });
    expect(await server.ended()).toBe(1);
    expect(server.output()).toBe('apportion: PORT must be a whole number from 0 to 65535\n');
  });

  it('does not start on a port that is taken, and leaves no database running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const server = start({ PORT: String(typeof address === 'object' ? address?.port : '') });
    expect(await server.ended()).toBe(1);
    expect(server.output()).toMatch(/apportion: listen EADDRINUSE: address already in use 127\.0\.0\.1:\d+\n$/);
    expect(postgresPid()).toBeUndefined();
    taken.close();
  });

  it('does not start with a Redis that could lose work', async () => {
    const redis = await startTestRedis({ appendfsync: 'everysec' });
    const server = start({ REDIS_URL: redis.url });
    expect(await server.ended()).toBe(1);
    expect(server.output()).toMatch(
      /apportion: Redis could lose acknowledged work: appendfsync is everysec, must be always/,
    );
    await redis.stop();
  });

  it('starts without a Redis that is out of reach, says so, and stops', async () => {
    const server = start({ REDIS_URL: 'redis://127.0.0.1:1' });
    const url = await server.listening();
    expect(server.output()).toMatch(/"level":"warn".*starting without Redis/);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ state: 'degraded', checks: { queue: { state: 'degraded' } } });
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
  });

  it('migrates and leaves when asked to', async () => {
    dataDir = newFolder();
    const first = start({}, { mode: 'migrate' });
    expect(await first.ended()).toBe(0);
    expect(first.output()).toMatch(/migrations run: CreateDirectory/);
    const second = start({}, { mode: 'migrate' });
    expect(await second.ended()).toBe(0);
    expect(second.output()).toMatch(/the database is up to date/);
    expect(postgresPid()).toBeUndefined();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('stops at %s, its database with it', async (signal) => {
    const server = start();
    await server.listening();
    const pid = Number(postgresPid());
    // To the whole group, as the terminal does.
    process.kill(-Number(server.child.pid), signal);
    expect(await server.ended()).toBe(0);
    expect(server.output()).toMatch(/"message":"stopped"/);
    expect(server.output()).not.toMatch(/"level":"error"/);
    expect(isLiving(pid)).toBe(false);
  });

  it('answers what is in flight before it stops', async () => {
    const server = start();
    const body = JSON.stringify({ name: 'late' });
    const socket = await sendHead(await server.listening(), body.length);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8');
    });
    socket.write(body.slice(0, 5));
    server.child.kill('SIGTERM');
    await eventually(() => expect(server.output()).toContain('finishing what is in flight'));
    await sleep(500);
    expect(server.child.exitCode).toBeNull();
    socket.write(body.slice(5));
    expect(await server.ended()).toBe(0);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/application\/problem\+json/);
  });

  it('waits for no connection on which nothing was asked', async () => {
    const server = start();
    const { port, hostname } = new URL(await server.listening());
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    server.child.kill('SIGTERM');
    await once(socket, 'close');
    expect(await server.ended()).toBe(0);
  });

  it('waits no longer than it may', async () => {
    const server = start({ APPORTION_SHUTDOWN_TIMEOUT_MS: '500' });
    const socket = await sendHead(await server.listening(), 99);
    socket.write('{');
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(1);
    expect(server.output()).toMatch(/stopping with work in flight/);
    expect(postgresPid()).toBeUndefined();
  });

  it('starts again after kill -9', async () => {
    const first = start();
    await first.listening();
    first.child.kill('SIGKILL');
    expect(await first.ended()).toBe('SIGKILL');
    const second = start();
    const url = await second.listening();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(second.output()).toMatch(/joined the embedded database/);
  });

  it('writes JSON lines, each of a request with its id, and no secret', async () => {
    const server = start({ LOG_LEVEL: 'debug' });
    const url = await server.listening();
    await fetch(`${url}/v1/keys?token=hush`, {
      headers: { 'x-request-id': 'r-7', authorization: 'Bearer apk_a_hushhush' },
    });
    await eventually(() => expect(server.output()).toContain('"status":401'));
    server.child.kill('SIGTERM');
    await server.ended();
    const lines = server.output().trim().split('\n');
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    const told = lines.map((one) => JSON.parse(one) as { level: string; context: string });
    const contextsOf = (wanted: string) =>
      new Set(told.filter(({ level }) => level === wanted).map((one) => one.context));
    expect(contextsOf('debug')).toContain('RouterExplorer');
    for (const context of contextsOf('info')) expect(context).not.toMatch(/^_|^Nest|Explorer|Resolver|Loader/);
    const line = lines.find((candidate) => candidate.includes('/v1/keys') && candidate.includes('"status":401'));
    expect(JSON.parse(String(line))).toMatchObject({
      level: 'info',
      requestId: 'r-7',
      method: 'GET',
      path: '/v1/keys',
    });
    expect(server.output()).not.toMatch(/hush/);
  });

  (asRoot ? it : it.skip)('runs as an ordinary user', async () => {
    const user = { uid: 65_534, gid: 65_534 };
    dataDir = newFolder();
    chownSync(dataDir, user.uid, user.gid);
    const server = start({}, { user });
    const url = await server.listening();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(user.uid);
    expect(statSync(join(dataDir, 'bootstrap-key')).mode & 0o777).toBe(0o600);
  });

  it('takes its secrets from files', async () => {
    const file = join(dataDir, 'database-url');
    writeFileSync(file, 'postgres://nobody:hush@127.0.0.1:1/none\n');
    const server = start({ DATABASE_URL_FILE: file });
    expect(await server.ended()).toBe(1);
    expect(server.output()).toMatch(/apportion: .*ECONNREFUSED/);
    expect(server.output()).not.toMatch(/hush/);
  });
});
