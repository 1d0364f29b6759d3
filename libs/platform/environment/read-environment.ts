import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import { errorText } from '../error-code.js';
import { cloneFolder } from './clone-folder.js';
import { type DataFolder, resolveDataFolder } from './data-folder.js';
import type { ClientEnvironment, Environment } from './environment.js';
import { databaseUser, folderClosedTo } from './system-user.js';
import { CLIENT_VARIABLES, SECRETS, VARIABLES } from './variables.js';

export type Variables = Readonly<Record<string, string | undefined>>;

/** A setting that stops the start. The message is one line that names the variable and says what is wrong with it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** The settings of a server. Throws {@link EnvironmentError}. */
export function readEnvironment(variables: Variables, dataFolder = findDataFolder): Environment {
  const values = parse(VARIABLES, variables);
  const { path: dataDir, reason: dataDirReason } = dataFolder(values.APPORTION_DATA_DIR);
  if (values.APPORTION_MAX_INFLATED_BYTES < values.APPORTION_MAX_BODY_BYTES) {
    throw new EnvironmentError('APPORTION_MAX_INFLATED_BYTES must not be less than APPORTION_MAX_BODY_BYTES');
  }
  return {
    role: values.APPORTION_ROLE,
    host: values.APPORTION_HOST,
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    logFormat: values.APPORTION_LOG_FORMAT ?? (process.stdout.isTTY ? 'text' : 'json'),
    dataDir,
    dataDirReason,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.APPORTION_DATABASE_POOL_SIZE,
    statementTimeoutMs: values.APPORTION_STATEMENT_TIMEOUT_MS,
    redisUrl: values.REDIS_URL,
    quotaRedisUrl: values.APPORTION_QUOTA_REDIS_URL ?? values.REDIS_URL,
    redisAllowUnsafe: values.APPORTION_REDIS_ALLOW_UNSAFE,
    requestTimeoutMs: values.APPORTION_REQUEST_TIMEOUT_MS,
    shutdownTimeoutMs: values.APPORTION_SHUTDOWN_TIMEOUT_MS,
    unknownTeams: values.APPORTION_UNKNOWN_TEAMS,
    billableTags: values.APPORTION_BILLABLE_TAGS,
    earliestEventMs: values.APPORTION_EARLIEST_EVENT,
    maxFutureMs: values.APPORTION_MAX_FUTURE_MS,
    maxBodyBytes: values.APPORTION_MAX_BODY_BYTES,
    maxInflatedBytes: values.APPORTION_MAX_INFLATED_BYTES,
    maxInflightBytes: values.APPORTION_MAX_INFLIGHT_BYTES,
    maxBatchEvents: values.APPORTION_MAX_BATCH_EVENTS,
    maxJsonDepth: values.APPORTION_MAX_JSON_DEPTH,
    maxWaitMs: values.APPORTION_MAX_WAIT_MS,
    coalesceMs: values.APPORTION_COALESCE_MS,
    inboxMaxAgeMs: values.APPORTION_INBOX_MAX_AGE_MS,
    inboxMaxWaitingEvents: values.APPORTION_INBOX_MAX_WAITING_EVENTS,
    workerConcurrency: values.APPORTION_WORKER_CONCURRENCY,
    flushMaxEvents: values.APPORTION_FLUSH_MAX_EVENTS,
    sweepIntervalMs: values.APPORTION_SWEEP_INTERVAL_MS,
    inboxRetentionMs: values.APPORTION_INBOX_RETENTION_MS,
    exportRetentionMs: values.APPORTION_EXPORT_RETENTION_MS,
    exportMaxBytes: values.APPORTION_EXPORT_MAX_BYTES,
    smtp: smtpOf(values.APPORTION_SMTP_URL, values.APPORTION_SMTP_FROM),
    notifyAllowPrivate: values.APPORTION_NOTIFY_ALLOW_PRIVATE,
  };
}

/** The settings of the command line. Throws {@link EnvironmentError}. */
export function readClientEnvironment(variables: Variables, dataFolder = findDataFolder): ClientEnvironment {
  const values = parse(CLIENT_VARIABLES, variables);
  return {
    url: (values.APPORTION_URL ?? `http://127.0.0.1:${values.PORT || 3000}`).replace(/\/+$/, ''),
    apiKey: values.APPORTION_API_KEY,
    dataDir: dataFolder(values.APPORTION_DATA_DIR).path,
    cacheDir: join(cacheHome(values.XDG_CACHE_HOME), 'apportion'),
  };
}

function smtpOf(url: string | undefined, from: string | undefined): Environment['smtp'] {
  if (url === undefined && from === undefined) return undefined;
  if (url === undefined) throw new EnvironmentError('APPORTION_SMTP_FROM is set without APPORTION_SMTP_URL');
  if (from === undefined) throw new EnvironmentError('APPORTION_SMTP_URL is set without APPORTION_SMTP_FROM');
  return { url, from };
}

/** The XDG specification has relative paths ignored. */
function cacheHome(given: string | undefined): string {
  return given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
}

/** Variables that look like ours and are not: a slip of the pen that would otherwise pass in silence. */
export function unknownVariables(variables: Variables): string[] {
  const known = new Set([...Object.keys(VARIABLES.shape), ...Object.keys(CLIENT_VARIABLES.shape)]);
  for (const secret of SECRETS) known.add(`${secret}_FILE`);
  return Object.keys(variables).filter(
    // What the tests of the product are told is theirs.
    (name) => name.startsWith('APPORTION_') && !name.startsWith('APPORTION_TEST_') && !known.has(name),
  );
}

/** This process's variables, with those of a `.env` file in the clone below them. */
export function processVariables(): Variables {
  const file = join(cloneFolder(), '.env');
  if (existsSync(file)) process.loadEnvFile(file);
  return process.env;
}

function parse<T extends z.ZodObject>(schema: T, variables: Variables): z.output<T> {
  // An empty variable is one that is not set: Compose passes `VARIABLE=` for what the operator left out.
  const filled = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  for (const secret of SECRETS) {
    const value = secret in schema.shape ? fromFile(secret, filled) : undefined;
    if (value !== undefined) filled[secret] = value;
  }
  const parsed = schema.safeParse(filled);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new EnvironmentError(lines.join('; '));
}

function fromFile(secret: string, variables: Record<string, string | undefined>): string | undefined {
  const file = variables[`${secret}_FILE`];
  if (file === undefined) return undefined;
  if (variables[secret] !== undefined) throw new EnvironmentError(`${secret} and ${secret}_FILE are both set`);
  try {
    const value = readFileSync(file, 'utf8').trim();
    if (value !== '') return value;
  } catch (error) {
    throw new EnvironmentError(`${secret}_FILE cannot be read: ${errorText(error)}`);
  }
  throw new EnvironmentError(`${secret}_FILE names an empty file: ${file}`);
}

function findDataFolder(explicit: string | undefined): DataFolder {
  const user = databaseUser();
  return resolveDataFolder({
    explicit,
    clone: cloneFolder(),
    workingFolder: process.cwd(),
    databaseUser: user?.name,
    closedFolder: (path) => (user ? folderClosedTo(user, path) : undefined),
  });
}
