/** The part of a Redis client that the check needs. */
export interface RedisInspector {
  config(operation: 'GET', parameter: string): Promise<unknown>;
  info(section: string): Promise<string>;
}

/** Redis is set up so that it can lose jobs it has acknowledged. The message says which settings and how to put them right. */
export class UnsafeRedisError extends Error {
  override readonly name = 'UnsafeRedisError';
}

/** Throws {@link UnsafeRedisError} when a power cut, a restart or full memory could lose acknowledged jobs. */
export async function assertRedisKeepsJobs(redis: RedisInspector): Promise<void> {
  const faults = redisFaults(await readSettings(redis));
  if (faults.length === 0) return;
  throw new UnsafeRedisError(
    `Redis could lose acknowledged work: ${faults.join('; ')}. ` +
      'Put it right, or set APPORTION_REDIS_ALLOW_UNSAFE=true to start nevertheless.',
  );
}

/** Throws {@link UnsafeRedisError} when full memory could lose some of the counts of quotas unnoticed. All else that loses them is noticed. */
export async function assertRedisKeepsCounts(redis: RedisInspector): Promise<void> {
  const { maxmemoryPolicy } = await readSettings(redis);
  if (maxmemoryPolicy === 'noeviction') return;
  throw new UnsafeRedisError(
    `The Redis of quotas could forget some of its counts: maxmemory-policy is ${maxmemoryPolicy ?? 'unknown'}, must be noeviction. ` +
      'Put it right, or set APPORTION_REDIS_ALLOW_UNSAFE=true to start nevertheless.',
  );
}

export interface RedisSettings {
  readonly appendonly: string | undefined;
  readonly appendfsync: string | undefined;
  readonly maxmemoryPolicy: string | undefined;
  /** Replicas a write waits to have in reach (`min-replicas-to-write`), and those connected. */
  readonly minReplicasToWrite: number;
  readonly connectedReplicas: number;
}

/** What is wrong, one phrase each. */
export function redisFaults(settings: RedisSettings): string[] {
  const faults: string[] = [];
  const { appendonly, appendfsync, maxmemoryPolicy } = settings;
  const replicated = settings.minReplicasToWrite > 0 && settings.connectedReplicas > 0;
  if (appendonly !== 'yes') faults.push(`appendonly is ${appendonly ?? 'unknown'}, must be yes`);
  if (appendfsync !== 'always' && !replicated) {
    faults.push(
      `appendfsync is ${appendfsync ?? 'unknown'}, must be always (or min-replicas-to-write at least 1 with a replica connected)`,
    );
  }
  if (maxmemoryPolicy !== 'noeviction') {
    faults.push(`maxmemory-policy is ${maxmemoryPolicy ?? 'unknown'}, must be noeviction`);
  }
  return faults;
}

async function readSettings(redis: RedisInspector): Promise<RedisSettings> {
  const [persistence, memory, replication] = await Promise.all(
    ['persistence', 'memory', 'replication'].map(async (section) => parseInfo(await redis.info(section))),
  );
  const aof = persistence?.get('aof_enabled');
  return {
    appendonly: (await configValue(redis, 'appendonly')) ?? (aof && (aof === '1' ? 'yes' : 'no')),
    appendfsync: await configValue(redis, 'appendfsync'),
    maxmemoryPolicy: (await configValue(redis, 'maxmemory-policy')) ?? memory?.get('maxmemory_policy'),
    minReplicasToWrite: Number((await configValue(redis, 'min-replicas-to-write')) ?? 0),
    connectedReplicas: Number(replication?.get('connected_slaves') ?? 0),
  };
}

/** undefined when the server does not let us ask, as hosted ones do. */
async function configValue(redis: RedisInspector, parameter: string): Promise<string | undefined> {
  try {
    const answer = await redis.config('GET', parameter);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  } catch (error) {
    // A refusal (NOPERM, unknown command) is an answer; a lost connection is not.
    if (error instanceof Error && error.name === 'ReplyError') return undefined;
    throw error;
  }
}

function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
