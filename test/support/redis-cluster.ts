import { Redis } from 'ioredis';
import { eventually } from './eventually.js';
import { freePort } from './port.js';
import { startTestRedis } from './redis.js';

const SLOTS = 16_384;
const NODES = 3;

export interface TestCluster {
  readonly url: string;
  stop(): Promise<void>;
}

/** Three primaries that share the slots, each a Redis of its own. */
export async function startTestCluster(): Promise<TestCluster> {
  const ports: number[] = [];
  // For the others a node listens ten thousand ports above its own unless told otherwise, where outgoing connections have theirs.
  const busPorts: string[] = [];
  for (let node = 0; node < NODES; node += 1) {
    ports.push(await freePort());
    busPorts.push(String(await freePort()));
  }
  const settings = { 'cluster-enabled': 'yes', 'cluster-config-file': 'nodes.conf', appendonly: 'no' };
  const nodes = await Promise.all(
    ports.map((port, i) => startTestRedis({ ...settings, 'cluster-port': busPorts[i] ?? '' }, port)),
  );
  const clients = ports.map((port) => new Redis(port, '127.0.0.1'));
  try {
    const size = Math.ceil(SLOTS / NODES);
    await Promise.all(
      clients.map((client, i) =>
        client.call('CLUSTER', 'ADDSLOTSRANGE', String(i * size), String(Math.min((i + 1) * size, SLOTS) - 1)),
      ),
    );
    for (const [i, port] of ports.entries())
      if (i > 0) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', String(port), busPorts[i] ?? '');
    await eventually(async () => {
      const states = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')));
      if (!states.every((state) => /cluster_state:ok[^]*cluster_known_nodes:3/.test(String(state)))) {
        throw new Error('the cluster is not whole yet');
      }
    });
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
