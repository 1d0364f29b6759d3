/** What this process serves: everything, HTTP alone, or the queue's work alone. */
export type Role = 'all' | 'api' | 'worker';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'json' | 'text';

/** All settings, parsed once at the start. What a unit leaves open is said here; `.env.example` says it to the operator. */
export interface Environment {
  readonly role: Role;
  /** Address and TCP port to listen on; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Absolute; holds the bootstrap key and, without a database URL, the embedded database. */
  readonly dataDir: string;
  /** Why the data folder is not the usual one. */
  readonly dataDirReason: string | undefined;
  /** undefined: the embedded database of the data folder. */
  readonly databaseUrl: string | undefined;
  readonly databasePoolSize: number;
  readonly statementTimeoutMs: number;
  /** undefined: the queue lives in the database. */
  readonly redisUrl: string | undefined;
  /** Of one server, sentinels or a cluster; undefined: quotas are counted in the database. */
  readonly quotaRedisUrl: string | undefined;
  /** Start although Redis is set up so that it can lose acknowledged jobs. */
  readonly redisAllowUnsafe: boolean;
  readonly requestTimeoutMs: number;
  /** How long a stop waits for what is in flight. */
  readonly shutdownTimeoutMs: number;

  /** What becomes of an event whose team the directory does not know. */
  readonly unknownTeams: 'register' | 'unattributed';
  /** Tag keys kept apart in metered usage. */
  readonly billableTags: readonly string[];
  /** Events that occurred before are refused. */
  readonly earliestEventMs: number;
  /** Events that occurred further ahead of our clock are refused. */
  readonly maxFutureMs: number;

  /** Bytes of a request's body as sent, and after decompression. */
  readonly maxBodyBytes: number;
  readonly maxInflatedBytes: number;
  /** Bytes of all bodies of events at work together; new ones are refused (429) beyond. */
  readonly maxInflightBytes: number;
  readonly maxBatchEvents: number;
  readonly maxJsonDepth: number;
  /** The longest `Prefer: wait`. */
  readonly maxWaitMs: number;
  /** How long small requests are collected before they are committed together. */
  readonly coalesceMs: number;
  /** New events are refused (429) while the oldest waiting one is older, or more wait than this. */
  readonly inboxMaxAgeMs: number;
  readonly inboxMaxWaitingEvents: number;

  /** Flushes the worker runs side by side, and the events it takes into one. */
  readonly workerConcurrency: number;
  readonly flushMaxEvents: number;
  /** How often the worker looks for inbox rows that the queue did not bring. */
  readonly sweepIntervalMs: number;
  /** How long the outcomes of a batch can be asked for after it is done. */
  readonly inboxRetentionMs: number;
  /** How long a file that was exported in the background is kept, and how much of an account's together. */
  readonly exportRetentionMs: number;
  readonly exportMaxBytes: number;

  /** undefined: no e-mail is sent. */
  readonly smtp: SmtpSettings | undefined;
  /** Webhooks may go to private addresses and by plain http: for tests and closed networks. */
  readonly notifyAllowPrivate: boolean;
}

export interface SmtpSettings {
  /** With user and password. */
  readonly url: string;
  /** The sender, `name@host` or `Name <name@host>`. */
  readonly from: string;
}

/** What the command line needs to find the server. */
export interface ClientEnvironment {
  /** Without a trailing slash. */
  readonly url: string;
  /** undefined: read the bootstrap key from the data folder. */
  readonly apiKey: string | undefined;
  readonly dataDir: string;
  /** Absolute; for what may be lost: where interrupted imports were. */
  readonly cacheDir: string;
}
