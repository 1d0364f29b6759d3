import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { prepareLoad } from './load-process.js';

/** Events a second that a bare Fastify route takes in, sent by the same load generator. */
export async function measureBareRoute(batchSize: number, events: number, connections: number): Promise<number> {
  const server = fork(join(__dirname, 'bare-route.js'), { execArgv: [] });
  try {
    const [url] = (await once(server, 'message')) as [string];
    const load = (run: string, count: number) =>
      prepareLoad({ url, path: '/events', key: 'none', run, events: count, batchSize, connections });
    await (await load('warm', Math.max(batchSize, Math.round(events / 10)))).go();
    const { seconds } = await (await load('run', events)).go();
    return events / seconds;
  } finally {
    server.kill();
  }
}
