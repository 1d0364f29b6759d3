import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readClientEnvironment, readEnvironment, unknownVariables, type Variables } from './read-environment.js';

const read = (variables: Variables) => readEnvironment(variables, () => ({ path: '/data' }));

describe('the environment', () => {
  it('has a default for everything', () => {
    expect(read({})).toMatchObject({
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      logLevel: 'info',
      databaseUrl: undefined,
      redisUrl: undefined,
      unknownTeams: 'register',
      earliestEventMs: Date.UTC(2020, 0, 1),
      maxFutureMs: 3_600_000,
      maxInflightBytes: 268_435_456,
      maxBatchEvents: 10_000,
    });
  });

  it('has quotas counted where the queue is, unless told where else', () => {
    expect(read({ REDIS_URL: 'redis://a:1' })).toMatchObject({ quotaRedisUrl: 'redis://a:1' });
    const both = { REDIS_URL: 'redis://a:1', APPORTION_QUOTA_REDIS_URL: 'redis+cluster://b:1,c:2' };
    expect(read(both)).toMatchObject({ redisUrl: 'redis://a:1', quotaRedisUrl: 'redis+cluster://b:1,c:2' });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(read({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: undefined });
  });

  it.each<[string, string, RegExp]>([
    ['PORT', '70000', /^PORT must be a whole number from 0 to 65535$/],
    ['PORT', '3e3', /^PORT must be a whole number/],
    ['PORT', '-1', /^PORT must be a whole number/],
    ['LOG_LEVEL', 'loud', /^LOG_LEVEL must be one of trace, debug, info, warn, error$/],
    ['APPORTION_ROLE', 'boss', /^APPORTION_ROLE must be one of all, api, worker$/],
    ['DATABASE_URL', 'mysql://x', /^DATABASE_URL must be a URL that starts with postgres:\/\/ or postgresql:\/\/$/],
    ['REDIS_URL', 'localhost:6379', /^REDIS_URL must be redis:\/\/host:port or redis\+sentinel:\/\//],
    ['REDIS_URL', 'redis+cluster://a:1,b:2', /^REDIS_URL must be redis:\/\/host:port or redis\+sentinel:\/\//],
    [
      'APPORTION_QUOTA_REDIS_URL',
      'redis+cluster://a:1/x',
      /^APPORTION_QUOTA_REDIS_URL must be redis:\/\/host:port or /,
    ],
    ['APPORTION_EARLIEST_EVENT', '2020-13-01', /^APPORTION_EARLIEST_EVENT must be a date or an instant in UTC/],
    ['APPORTION_EARLIEST_EVENT', '01.01.2020', /^APPORTION_EARLIEST_EVENT must be/],
    ['APPORTION_BILLABLE_TAGS', 'a,,b', /^APPORTION_BILLABLE_TAGS must be different tag keys/],
    ['APPORTION_BILLABLE_TAGS', 'a,a', /^APPORTION_BILLABLE_TAGS must be different tag keys/],
    ['APPORTION_MAX_BATCH_EVENTS', '0', /^APPORTION_MAX_BATCH_EVENTS must be a whole number from 1 to 100000$/],
    ['APPORTION_MAX_INFLATED_BYTES', '2048', /^APPORTION_MAX_INFLATED_BYTES must not be less/],
    [
      'APPORTION_SMTP_URL',
      'mail.example.com',
      /^APPORTION_SMTP_URL must be a URL that starts with smtp:\/\/ or smtps:\/\/$/,
    ],
    ['APPORTION_SMTP_URL', 'smtp://mail.example.com', /^APPORTION_SMTP_URL is set without APPORTION_SMTP_FROM$/],
    ['APPORTION_SMTP_FROM', 'a@b.c', /^APPORTION_SMTP_FROM is set without APPORTION_SMTP_URL$/],
    ['APPORTION_SMTP_FROM', 'bills', /^APPORTION_SMTP_FROM must be one sender such as/],
    ['APPORTION_SMTP_FROM', 'a@b.c, d@e.f', /^APPORTION_SMTP_FROM must be one sender/],
    ['APPORTION_SMTP_FROM', 'a@b.c\nBcc: d@e.f', /^APPORTION_SMTP_FROM must be one sender/],
    ['APPORTION_REDIS_ALLOW_UNSAFE', 'yes', /^APPORTION_REDIS_ALLOW_UNSAFE must be one of true, false$/],
  ])('refuses %s=%s in one line that names it', (name, value, message) => {
    expect(() => read({ [name]: value })).toThrow(message);
  });

  it('names every bad variable, and repeats no password', () => {
    expect(() => read({ PORT: 'x', DATABASE_URL: 'http://me:secret@host' })).toThrow(
      /PORT .*; DATABASE_URL |DATABASE_URL .*; PORT /,
    );
    expect(() => read({ DATABASE_URL: 'http://me:secret@host' })).toThrow(
      expect.not.objectContaining({ message: /secret/ }),
    );
  });

  it('reads tags, instants and numbers', () => {
    const environment = read({
      APPORTION_BILLABLE_TAGS: 'feature, customer',
      APPORTION_EARLIEST_EVENT: '2023-01-01T00:00:00Z',
    });
    expect(environment.billableTags).toEqual(['feature', 'customer']);
    expect(environment.earliestEventMs).toBe(Date.UTC(2023, 0, 1));
  });

  it('knows a server for e-mail only with its sender', () => {
    const url = 'smtps://me:secret@mail.example.com';
    const from = 'Apportion <bills@example.com>';
    expect(read({}).smtp).toBeUndefined();
    expect(read({ APPORTION_SMTP_URL: url, APPORTION_SMTP_FROM: from }).smtp).toEqual({ url, from });
    expect(read({ APPORTION_SMTP_URL: url, APPORTION_SMTP_FROM: 'bills@example.com' }).smtp?.from).toBe(
      'bills@example.com',
    );
  });

  it('names what looks like a setting and is none', () => {
    expect(
      unknownVariables({ APPORTION_MAX_FUTRE_MS: '1', APPORTION_ROLE: 'all', PATH: '/bin', DATABASE_URL_FILE: '/x' }),
    ).toEqual(['APPORTION_MAX_FUTRE_MS']);
  });

  describe('secrets in files', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'apportion-secret-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it('are read, without the line end', () => {
      const file = join(folder, 'url');
      writeFileSync(file, 'postgres://me:secret@host/db\n');
      expect(read({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://me:secret@host/db');
      writeFileSync(file, 'smtp://me:secret@host\n');
      const { smtp } = read({ APPORTION_SMTP_URL_FILE: file, APPORTION_SMTP_FROM: 'a@b.c' });
      expect(smtp?.url).toBe('smtp://me:secret@host');
    });

    it('must be there, hold something, and not be given twice', () => {
      const file = join(folder, 'empty');
      writeFileSync(file, '\n');
      expect(() => read({ REDIS_URL_FILE: join(folder, 'none') })).toThrow(/^REDIS_URL_FILE cannot be read: ENOENT/);
      expect(() => read({ REDIS_URL_FILE: file })).toThrow(/^REDIS_URL_FILE names an empty file/);
      expect(() => read({ REDIS_URL_FILE: file, REDIS_URL: 'redis://h' })).toThrow(
        'REDIS_URL and REDIS_URL_FILE are both set',
      );
    });
  });

  it('tells the command line where the server is', () => {
    const client = (variables: Variables) => readClientEnvironment(variables, () => ({ path: '/data' }));
    expect(client({ XDG_CACHE_HOME: '/cache' })).toEqual({
      url: 'http://127.0.0.1:3000',
      apiKey: undefined,
      dataDir: '/data',
      cacheDir: '/cache/apportion',
    });
    expect(client({ PORT: '8080' }).url).toBe('http://127.0.0.1:8080');
    expect(client({ APPORTION_URL: 'https://bill.example/', APPORTION_API_KEY: 'k' })).toMatchObject({
      url: 'https://bill.example',
      apiKey: 'k',
    });
    expect(() => client({ APPORTION_URL: 'bill.example' })).toThrow(/^APPORTION_URL must be a URL/);
  });
});
