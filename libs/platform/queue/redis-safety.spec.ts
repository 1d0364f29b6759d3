import { assertRedisKeepsJobs, redisFaults } from './redis-safety.js';

const safe = {
  appendonly: 'yes',
  appendfsync: 'always',
  maxmemoryPolicy: 'noeviction',
  minReplicasToWrite: 0,
  connectedReplicas: 0,
};

describe('Redis settings', () => {
  it('are safe when every write is on disk before it is answered and nothing is evicted', () => {
    expect(redisFaults(safe)).toEqual([]);
    expect(redisFaults({ ...safe, appendfsync: 'everysec', minReplicasToWrite: 1, connectedReplicas: 1 })).toEqual([]);
  });

  it('are named when they are not', () => {
    const faults = redisFaults({ ...safe, appendonly: 'no', appendfsync: 'everysec', maxmemoryPolicy: 'volatile-lru' });
    expect(faults).toHaveLength(3);
    expect(redisFaults({ ...safe, appendfsync: 'everysec', minReplicasToWrite: 1 })).toHaveLength(1);
  });

  it('are taken from INFO where CONFIG is not permitted, and what stays unknown is refused', async () => {
    const refusal = Object.assign(new Error('NOPERM'), { name: 'ReplyError' });
    const redis = {
      config: () => Promise.reject(refusal),
      info: (section: string) =>
        Promise.resolve(`# ${section}\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\nconnected_slaves:0\r\n`),
    };
    await expect(assertRedisKeepsJobs(redis)).rejects.toThrow(
      /acknowledged work: appendfsync is unknown.*APPORTION_REDIS_ALLOW_UNSAFE/,
    );
  });
});
