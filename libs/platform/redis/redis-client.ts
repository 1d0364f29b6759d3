import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { type HostAndPort, parseRedisAddress, type RedisAddress } from './redis-address.js';

export type RedisClient = Redis;

interface ConnectionOptions extends Pick<RedisOptions, 'name' | 'db' | 'enableTLSForSentinelMode'>, Credentials {
  url?: string;
  sentinels?: HostAndPort[];
}

type Credentials = Pick<RedisOptions, 'username' | 'password'> & { tls?: NonNullable<RedisOptions['tls']> };

const MAX_DELAY_MS = 2_000;

const PATIENCE = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  connectTimeout: 2_000,
  commandTimeout: 2_000,
} as const;
const delay = (attempt: number) => Math.min(attempt * 200, MAX_DELAY_MS);

/** A client of one server, or of the one that sentinels name, that answers or fails within two seconds and reconnects for ever. */
export function createRedisClient(url: string): RedisClient {
  return connect(url, { connectionName: 'apportion', ...PATIENCE, retryStrategy: delay });
}

/**
 * The same of any Redis, a cluster too. A command whose connection broke is not sent again by itself: whoever sent it knows better
 * whether it may be done twice.
 */
export function createAnyRedisClient(url: string): Redis | Cluster {
  const address = addressOf(url);
  const patience = { ...PATIENCE, autoResendUnfulfilledCommands: false, connectionName: 'apportion' };
  if (address.kind === 'cluster') {
    return new Cluster([...address.nodes], {
      enableOfflineQueue: false,
      clusterRetryStrategy: delay,
      redisOptions: { ...patience, ...credentialsOf(address) },
    });
  }
  // A replica that was the primary a moment ago: ask who is.
  const reconnectOnError = (error: Error) => error.message.startsWith('READONLY');
  return connect(url, { ...patience, retryStrategy: delay, reconnectOnError });
}

/** Where and as whom, as BullMQ takes it; of anything but a cluster. */
export function connectionOptions(url: string): ConnectionOptions {
  const address = addressOf(url);
  switch (address.kind) {
    case 'single':
      return { url: address.url };
    case 'sentinel':
      return {
        sentinels: [...address.sentinels],
        name: address.master,
        db: address.database,
        ...credentialsOf(address),
        ...(address.tls ? { enableTLSForSentinelMode: true } : {}),
      };
    case 'cluster':
      throw new RangeError('a cluster where one server is needed');
  }
}

function connect(url: string, options: RedisOptions): Redis {
  const { url: single, ...where } = connectionOptions(url);
  return single === undefined ? new Redis({ ...options, ...where }) : new Redis(single, options);
}

function addressOf(url: string): RedisAddress {
  const address = parseRedisAddress(url);
  if (!address) throw new RangeError('not the address of a Redis');
  return address;
}

function credentialsOf({ username, password, tls }: Exclude<RedisAddress, { readonly kind: 'single' }>): Credentials {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
}
