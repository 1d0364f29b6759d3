import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.js';
import { freePort } from './port.js';

export interface TestRedis {
  readonly url: string;
  /** kill -9, and started again on the same port with what is on its disk. */
  restart(): Promise<void>;
  /** kill -9: it is not there until it is restarted. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const SAFE = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' };

/** A Redis of its own on a free port, set up as production must be unless told otherwise. */
export async function startTestRedis(settings: Record<string, string> = {}, port?: number): Promise<TestRedis> {
  const program = process.env.APPORTION_TEST_REDIS_SERVER || 'redis-server';
  const folder = mkdtempSync(join(tmpdir(), 'apportion-redis-'));
  const ownPort = port ?? (await freePort());
  const wanted = { port: String(ownPort), bind: '127.0.0.1', dir: folder, save: '', ...SAFE, ...settings };
  const args = Object.entries(wanted).flatMap(([name, value]) => [`--${name}`, value]);
  let server = await launch(program, args, ownPort);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${ownPort}`,
    kill,
    async restart() {
      await kill();
      server = await launch(program, args, ownPort);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(program: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const server = spawn(program, args, { stdio: 'ignore' });
  await Promise.race([
    once(server, 'spawn'),
    once(server, 'error').then(([error]: unknown[]) => {
      throw new Error(
        `no Redis to test with (${String(error)}): put redis-server on the PATH or name it in APPORTION_TEST_REDIS_SERVER`,
      );
    }),
  ]);
  await untilReady(port);
  return server;
}

async function untilReady(port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await eventually(async () => {
      await client.connect();
      await client.ping();
    });
  } finally {
    client.disconnect();
  }
}
