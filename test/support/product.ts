import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloneFolder } from '#platform';
import { temporaryFolder } from './folder.js';
import { freePort } from './port.js';

/** As `npm start` and the image have them. */
const NODE_FLAGS = ['--max-semi-space-size=64'];
const START_TIMEOUT_MS = 90_000;
const SAID_MAX = 20_000;

export interface ProductOptions {
  readonly role?: 'all' | 'api' | 'worker';
  /** Absent: the embedded database of the data folder. */
  readonly databaseUrl?: string;
  /** Absent: the queue lives in the database. */
  readonly redisUrl?: string;
  /** Absent: a folder of its own, removed by `stop`. */
  readonly dataDir?: string;
  /** Environment variables over those above. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The built product as an operator runs it: a process of its own, which can be killed and started again. */
export interface Product {
  /** Without a trailing slash; the same after a restart. */
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** The bootstrap key. */
  readonly key: string;
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** kill -9: nothing of it runs any more code. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder, and waits until it is ready. */
  start(): Promise<void>;
  /** Lets it drain (SIGTERM), whatever state it is in; removes its folder. Gives the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the product from dist/ and waits until it is ready. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? temporaryFolder('product');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const variables = {
    PORT: String(port),
    APPORTION_DATA_DIR: dataDir,
    APPORTION_ROLE: options.role ?? 'all',
    LOG_LEVEL: 'warn',
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...options.env,
  };
  let child = await launch(url, variables);

  return {
    url,
    dataDir,
    get pid() {
      return child.pid ?? 0;
    },
    get key() {
      return bootstrapKey(dataDir);
    },
    request: (method, path, body, headers = {}) => send(`${url}${path}`, bootstrapKey(dataDir), method, body, headers),
    kill: () => end(child, 'SIGKILL'),
    async start() {
      child = await launch(url, variables);
    },
    async stop() {
      await end(child, 'SIGTERM');
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

async function launch(url: string, variables: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(APPORTION_|DATABASE_URL|REDIS_URL|PORT$|LOG_LEVEL$)/.test(name),
  );
  const child = spawn(process.execPath, [...NODE_FLAGS, join(cloneFolder(), 'dist/server.js')], {
    env: { ...Object.fromEntries(inherited), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-SAID_MAX);
    if (process.env.APPORTION_TEST_LOG) process.stderr.write(chunk);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(url))) {
    if (hasEnded(child)) throw new Error(`the product ended at its start:\n${said}`);
    if (Date.now() > deadline) {
      await end(child, 'SIGKILL');
      throw new Error(`the product was not ready in time:\n${said}`);
    }
    await sleep(50);
  }
  return child;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Ends a process and waits until it is gone. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function bootstrapKey(dataDir: string): string {
  const file = join(dataDir, 'bootstrap-key');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

function send(
  url: string,
  key: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
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
