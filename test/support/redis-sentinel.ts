import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.js';
import { freePort } from './port.js';
import { startTestRedis } from './redis.js';

export interface TestSentinel {
  /** Names the primary by its sentinel. */
  readonly url: string;
  /** kill -9 of the primary; resolves when the replica is the primary. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

/** A primary, a replica of it, and a sentinel that puts one in the place of the other. */
export async function startTestSentinel(): Promise<TestSentinel> {
  const primaryPort = await freePort();
  const primary = await startTestRedis({ appendonly: 'no' }, primaryPort);
  const replica = await startTestRedis({ appendonly: 'no', replicaof: `127.0.0.1 ${primaryPort}` });
  const folder = mkdtempSync(join(tmpdir(), 'apportion-sentinel-'));
  const port = await freePort();
  const config = join(folder, 'sentinel.conf');
  writeFileSync(
    config,
    [
      ...[`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, `sentinel monitor house 127.0.0.1 ${primaryPort} 1`],
      ...['sentinel down-after-milliseconds house 2000', 'sentinel failover-timeout house 5000'],
    ].join('\n'),
  );
  const program = process.env.APPORTION_TEST_REDIS_SERVER || 'redis-server';
  const sentinel = spawn(program, [config, '--sentinel'], { stdio: 'ignore' });
  const ended = once(sentinel, 'exit');
  const ask = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1 });
    client.on('error', () => undefined);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };
  await eventually(() =>
    ask(async (client) => {
      const replicas = await client.call('SENTINEL', 'REPLICAS', 'house');
      if (!Array.isArray(replicas) || replicas.length === 0) throw new Error('the replica is not known yet');
    }),
  );
  return {
    url: `redis+sentinel://127.0.0.1:${port}/house`,
    async failOver() {
      await primary.kill();
      await eventually(() =>
        ask(async (client) => {
          const address = await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'house');
          if (!Array.isArray(address) || Number(address[1]) === primaryPort) throw new Error('no other primary yet');
        }),
      );
    },
    async stop() {
      sentinel.kill('SIGKILL');
      await ended;
      await Promise.all([primary.stop(), replica.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
