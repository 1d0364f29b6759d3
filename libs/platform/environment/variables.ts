import { z } from 'zod';
import { parseRedisAddress, type RedisAddress } from '../redis/redis-address.js';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const yesOrNo = oneOf(['true', 'false']).transform((value) => value === 'true');

const urlOf = (...schemes: string[]) =>
  z.string().refine(
    (value) => schemes.some((scheme) => value.startsWith(`${scheme}://`)) && URL.canParse(value),
    // The value is not repeated: it may hold a password.
    `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  );

const redisUrl = (...kinds: readonly RedisAddress['kind'][]) =>
  z
    .string()
    .refine(
      (value) => kinds.some((kind) => parseRedisAddress(value)?.kind === kind),
      `must be ${kinds.map((kind) => REDIS_URLS[kind]).join(' or ')}`,
    );
const REDIS_URLS = {
  single: 'redis://host:port',
  sentinel: 'redis+sentinel://host:port,…/master',
  cluster: 'redis+cluster://host:port,…',
};

const instant = z
  .string()
  .refine(
    (value) =>
      /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(value) && !Number.isNaN(Date.parse(value)),
    'must be a date or an instant in UTC such as 2020-01-01 or 2020-01-01T00:00:00Z',
  )
  .transform((value) => Date.parse(value));

const tagKeys = z
  .string()
  .transform((value) => value.split(',').map((key) => key.trim()))
  .refine(
    (keys) => keys.every((key) => /^[^\s\p{C}]{1,64}$/u.test(key)) && new Set(keys).size === keys.length,
    'must be different tag keys of at most 64 characters, separated by commas',
  );

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Every variable the product reads, with its bounds and default. An absent default means "not set" is an answer. */
export const VARIABLES = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  DATABASE_URL: urlOf('postgres', 'postgresql').optional(),
  REDIS_URL: redisUrl('single', 'sentinel').optional(),
  APPORTION_QUOTA_REDIS_URL: redisUrl('single', 'sentinel', 'cluster').optional(),
  APPORTION_HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'must be an address or a host name')
    .default('127.0.0.1'),
  APPORTION_ROLE: oneOf(['all', 'api', 'worker']).default('all'),
  APPORTION_DATA_DIR: z.string().optional(),
  APPORTION_LOG_FORMAT: oneOf(['json', 'text']).optional(),
  APPORTION_DATABASE_POOL_SIZE: wholeNumber(12, 500).default(14),
  APPORTION_STATEMENT_TIMEOUT_MS: wholeNumber(1_000, DAY_MS).default(5 * MINUTE_MS),
  APPORTION_REDIS_ALLOW_UNSAFE: yesOrNo.default(false),
  APPORTION_REQUEST_TIMEOUT_MS: wholeNumber(1_000, HOUR_MS).default(5 * MINUTE_MS),
  APPORTION_SHUTDOWN_TIMEOUT_MS: wholeNumber(0, HOUR_MS).default(30_000),
  APPORTION_UNKNOWN_TEAMS: oneOf(['register', 'unattributed']).default('register'),
  APPORTION_BILLABLE_TAGS: tagKeys.default([]),
  APPORTION_EARLIEST_EVENT: instant.default(Date.UTC(2020, 0, 1)),
  APPORTION_MAX_FUTURE_MS: wholeNumber(0, DAY_MS).default(HOUR_MS),
  APPORTION_MAX_BODY_BYTES: wholeNumber(1_024, 1_024 * MIB).default(16 * MIB),
  APPORTION_MAX_INFLATED_BYTES: wholeNumber(1_024, 1_024 * MIB).default(64 * MIB),
  APPORTION_MAX_INFLIGHT_BYTES: wholeNumber(1_024, 16 * 1_024 * MIB).default(256 * MIB),
  APPORTION_MAX_BATCH_EVENTS: wholeNumber(1, 100_000).default(10_000),
  APPORTION_MAX_JSON_DEPTH: wholeNumber(4, 1_000).default(32),
  APPORTION_MAX_WAIT_MS: wholeNumber(0, 10 * MINUTE_MS).default(30_000),
  APPORTION_COALESCE_MS: wholeNumber(0, 1_000).default(5),
  APPORTION_INBOX_MAX_AGE_MS: wholeNumber(1_000, DAY_MS).default(MINUTE_MS),
  APPORTION_INBOX_MAX_WAITING_EVENTS: wholeNumber(1, 100_000_000).default(1_000_000),
  APPORTION_WORKER_CONCURRENCY: wholeNumber(1, 64).default(2),
  APPORTION_FLUSH_MAX_EVENTS: wholeNumber(1, 50_000).default(5_000),
  APPORTION_SWEEP_INTERVAL_MS: wholeNumber(50, HOUR_MS).default(1_000),
  APPORTION_INBOX_RETENTION_MS: wholeNumber(MINUTE_MS, 3_650 * DAY_MS).default(30 * DAY_MS),
  APPORTION_EXPORT_RETENTION_MS: wholeNumber(MINUTE_MS, 365 * DAY_MS).default(7 * DAY_MS),
  APPORTION_EXPORT_MAX_BYTES: wholeNumber(1_024, 1_024 * GIB).default(10 * GIB),
  APPORTION_SMTP_URL: urlOf('smtp', 'smtps').optional(),
  APPORTION_SMTP_FROM: z
    .string()
    .regex(
      /^([^<>\p{Cc}]*<)?[^\s<>@,\p{Cc}]+@[^\s<>@,\p{Cc}]+>?$/u,
      'must be one sender such as Apportion <apportion@example.com>',
    )
    .optional(),
  APPORTION_NOTIFY_ALLOW_PRIVATE: yesOrNo.default(false),
});

export const CLIENT_VARIABLES = z.object({
  APPORTION_URL: urlOf('http', 'https').optional(),
  APPORTION_API_KEY: z.string().optional(),
  APPORTION_DATA_DIR: VARIABLES.shape.APPORTION_DATA_DIR,
  PORT: VARIABLES.shape.PORT,
  XDG_CACHE_HOME: z.string().optional(),
});

/** Variables that may instead be given as a file that holds the value: `DATABASE_URL_FILE=/run/secrets/database-url`. */
export const SECRETS = [
  'DATABASE_URL',
  'REDIS_URL',
  'APPORTION_QUOTA_REDIS_URL',
  'APPORTION_API_KEY',
  'APPORTION_SMTP_URL',
] as const;
