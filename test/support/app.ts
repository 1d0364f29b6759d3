import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readEnvironment } from '#platform';
import { ApplicationLogger } from '#platform/nest';
import { closeApplication, createApplication } from '../../apps/server/application.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface TestClock {
  /** Sets the time; it goes on from there. */
  set(ms: number): void;
  now(): number;
}

export interface TestApp {
  /** Without a trailing slash. */
  readonly url: string;
  /** The bootstrap key. */
  readonly key: string;
  readonly app: NestFastifyApplication;
  readonly clock: TestClock;
  readonly database: TestDatabase;
  readonly dataDir: string;
  /** A request with the bootstrap key. A string or bytes are sent as they are, anything else as JSON. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Drains and stops; drops the database unless it was given. */
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly database?: TestDatabase;
  /** Environment variables over those of the test. */
  readonly env?: Record<string, string>;
  readonly redisUrl?: string;
  readonly roles?: 'all' | 'api' | 'worker';
  /** What its clock says from the start on, before it does anything. Absent: the time. */
  readonly now?: number;
}

/** The whole product in this process, on a free port. Set APPORTION_TEST_LOG to a log level to see what it says. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase());
  const dataDir = mkdtempSync(join(tmpdir(), 'apportion-app-'));
  const environment = readEnvironment({
    PORT: '0',
    APPORTION_DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    APPORTION_ROLE: options.roles ?? 'all',
    LOG_LEVEL: process.env.APPORTION_TEST_LOG,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...options.env,
  });
  const clock = testClock();
  if (options.now !== undefined) clock.set(options.now);
  const logger = process.env.APPORTION_TEST_LOG ? new ApplicationLogger(environment.logLevel, 'text') : false;
  const app = await createApplication({ environment, databaseUrl: database.url, clock }, logger);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace(/\/$/, '');
  const keyFile = join(dataDir, 'bootstrap-key');
  const key = existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : '';

  return {
    url,
    key,
    app,
    clock,
    database,
    dataDir,
    request: (method, path, body, headers = {}) => send(`${url}${path}`, key, method, body, headers),
    async close() {
      await closeApplication(app);
      if (!options.database) await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function send(
  url: string,
  key: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Response> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  return fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && !raw ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  });
}

function testClock(): TestClock {
  let offsetMs = 0;
  return {
    set: (ms) => {
      offsetMs = ms - Date.now();
    },
    now: () => Date.now() + offsetMs,
  };
}
