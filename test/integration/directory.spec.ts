import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#calendar';
import type { KeyWire, Page, TeamWire } from '#contract';
import {
  EnsureBootstrapKey,
  KEYS,
  type Keys,
  SCOPES,
  TEAM_DIRECTORY,
  TEAM_READER,
  type TeamDirectory,
  type TeamReader,
} from '#directory';
import { newKey } from '../../apps/server/new-key.js';
import { DIRECTORY_ENTITIES } from '../../libs/directory/adapter/entities.js';
import { TypeormKeyStore } from '../../libs/directory/adapter/typeorm-key-store.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;

describe('machine keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const withKey = (key: string, path = '/v1/teams', method = 'GET') =>
    fetch(`${app.url}${path}`, { method, headers: { authorization: `Bearer ${key}` } });
  const createKey = async (scopes: readonly string[]) => {
    const response = await app.request('POST', '/v1/keys', { name: 'a gateway', scopes });
    expect(response.status).toBe(201);
    return json<KeyWire & { key: string }>(response);
  };

  it('leaves the first key in a file that its owner alone may read', async () => {
    const file = join(app.dataDir, 'bootstrap-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^apk_[0-9a-f]{12}_[0-9a-f]{64}\n$/);
    const { data } = await json<Page<KeyWire>>(await app.request('GET', '/v1/keys'));
    expect(data).toMatchObject([{ name: 'bootstrap', scopes: [...SCOPES], createdBy: null, revokedAt: null }]);
  });

  it('refuses a request without a key, or with a bad one, and says how to do it', async () => {
    const none = await fetch(`${app.url}/v1/teams`);
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="apportion"');
    expect(await none.json()).toMatchObject({ code: 'auth.no_key', status: 401 });
    for (const key of [
      `${app.key.slice(0, -1)}x`,
      app.key.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
      'apk_',
      'x'.repeat(7000),
    ]) {
      const bad = await withKey(key);
      expect(bad.status).toBe(401);
      expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await bad.json()).toMatchObject({ code: 'auth.invalid_key' });
    }
    expect((await fetch(`${app.url}/v1/teams`, { headers: { authorization: 'Basic eDp5' } })).status).toBe(401);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
  });

  it('names the scope that a key lacks', async () => {
    const { key } = await createKey(['costs:read']);
    const response = await withKey(key);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'auth.missing_scope',
      detail: 'The key lacks the scope directory:read.',
    });
    expect((await withKey(key, '/v1/pools')).status).toBe(200);
  });

  it('gives no scope that the maker does not have', async () => {
    const { key } = await createKey(['keys:write']);
    const response = await fetch(`${app.url}/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'more', scopes: ['keys:write', 'costs:write'] }),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'directory.scope_not_held' });
  });

  it('refuses a revoked key at once, and keeps it in the list', async () => {
    const { key, apiKeyId } = await createKey(['directory:read']);
    expect((await withKey(key)).status).toBe(200);
    expect((await app.request('DELETE', `/v1/keys/${apiKeyId}`)).status).toBe(200);
    expect((await withKey(key)).status).toBe(401);
    const again = await json<KeyWire>(await app.request('DELETE', `/v1/keys/${apiKeyId}`));
    expect(again.revokedAt).not.toBeNull();
    expect((await app.request('DELETE', '/v1/keys/000000000000')).status).toBe(404);
    expect((await app.request('DELETE', '/v1/keys/nothing')).status).toBe(400);
  });

  it('refuses a key that another process revoked within 5 seconds', async () => {
    const { key, apiKeyId } = await createKey(['directory:read']);
    expect((await withKey(key)).status).toBe(200);
    const asked = app.clock.now();
    await app.database.dataSource.query('update api_key set revoked_at = now() where api_key_id = $1', [apiKeyId]);
    // However slow the machine is.
    app.clock.set(asked);
    expect((await withKey(key)).status).toBe(200);
    app.clock.set(asked + 5_000);
    expect((await withKey(key)).status).toBe(401);
  });

  it('stores no key', async () => {
    const [row] = await app.database.dataSource.query<{ text: string }[]>(
      'select json_agg(k)::text as text from api_key k',
    );
    expect(row?.text).not.toContain(app.key.split('_')[2]);
  });

  it('says what is wrong with a body, by field', async () => {
    const response = await app.request('POST', '/v1/keys', { name: '', scopes: ['everything'] });
    expect(response.status).toBe(400);
    const { errors } = await json<{ errors: { pointer: string }[] }>(response);
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/name', '/scopes/0']);
  });

  it('pages through keys', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/v1/keys?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page: Page<KeyWire> = await json<Page<KeyWire>>(await app.request('GET', path));
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data.map(({ apiKeyId }) => apiKeyId));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(3);
    expect((await app.request('GET', '/v1/keys?cursor=nonsense')).status).toBe(400);
    expect((await app.request('GET', '/v1/keys?limit=1001')).status).toBe(400);
  });
});

describe('the last key that can make keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const revoke = (id: string) => app.request('DELETE', `/v1/keys/${id}`);

  it('stays, also when all are revoked at once', async () => {
    const own = app.key.split('_')[1] ?? '';
    await app.request('POST', '/v1/keys', { name: 'a reader', scopes: ['usage:read'] });
    const alone = await revoke(own);
    expect([alone.status, await alone.json()]).toMatchObject([409, { code: 'directory.last_admin_key' }]);
    const response = await app.request('POST', '/v1/keys', { name: 'another', scopes: ['keys:write'] });
    const { apiKeyId } = await json<KeyWire>(response);
    const keys = app.app.get<Keys>(KEYS, { strict: false });
    const revoked = await Promise.all([own, apiKeyId].map((id) => keys.revoke({ accountId: 1, apiKeyId: null }, id)));
    expect(revoked.map(({ ok }) => ok).sort()).toEqual([false, true]);
  });

  it('is made anew by the server when all are lost', async () => {
    const printed: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    try {
      await newKey({ DATABASE_URL: app.database.url, APPORTION_DATA_DIR: app.dataDir });
    } finally {
      write.mockRestore();
    }
    expect(printed).toEqual([expect.stringMatching(/^apk_[0-9a-f]{12}_[0-9a-f]{64}\n$/)]);
    const headers = { authorization: `Bearer ${printed[0]?.trim()}` };
    const { data } = await json<Page<KeyWire>>(await fetch(`${app.url}/v1/keys`, { headers }));
    expect(data.find(({ name }) => name === 'recovery')).toMatchObject({ scopes: [...SCOPES], createdBy: null });
  });
});

describe('the first key', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ entities: DIRECTORY_ENTITIES });
  });
  afterAll(() => database.drop());

  it('is not there when its file could not be written', async () => {
    const store = new TypeormKeyStore(database.dataSource);
    const file = { path: '/dev/full/bootstrap-key', write: () => Promise.reject(new Error('no space left')) };
    await expect(new EnsureBootstrapKey(store, file, systemClock).run(1)).rejects.toThrow('no space left');
    expect(await store.list({ accountId: 1, after: undefined, limit: 10 })).toEqual([]);
  });

  it('is made once by processes that start together, and never again', async () => {
    const apps = await Promise.all([
      startTestApp({ database }),
      startTestApp({ database }),
      startTestApp({ database, roles: 'api' }),
    ]);
    const keys = apps.map(({ key }) => key).filter((key) => key !== '');
    expect(keys).toHaveLength(1);
    await Promise.all(apps.map((app) => app.close()));
    const later = await startTestApp({ database });
    expect(existsSync(join(later.dataDir, 'bootstrap-key'))).toBe(false);
    rmSync(later.dataDir, { recursive: true, force: true });
    await later.close();
  });
});

describe('teams', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const put = (team: string, body: unknown) => app.request('PUT', `/v1/teams/${encodeURIComponent(team)}`, body);

  it('keeps the versions of a cost centre by date', async () => {
    const first = await json<TeamWire>(await put('search', { costCenter: 'CC-1', displayName: 'Search' }));
    expect(first).toMatchObject({ team: 'search', displayName: 'Search', costCenter: 'CC-1', registeredBy: 'admin' });
    expect(first.versions).toMatchObject([{ version: 1, validFrom: '1970-01-01T00:00:00Z', costCenter: 'CC-1' }]);
    const moved = await json<TeamWire>(
      await put('search', { costCenter: 'CC-2', validFrom: '2024-01-01T00:00:00+01:00' }),
    );
    expect(moved.versions[1]).toMatchObject({ version: 2, validFrom: '2023-12-31T23:00:00Z', costCenter: 'CC-2' });
    expect(moved.displayName).toBe('Search');
    const same = await json<TeamWire>(await put('search', { costCenter: 'CC-2' }));
    expect(same.versions).toHaveLength(2);
    const directory = app.app.get<TeamReader>(TEAM_READER, { strict: false });
    expect(await directory.load(1)).toEqual([
      {
        team: 'search',
        versions: [
          { version: 1, validFrom: 0, costCenter: 'CC-1' },
          { version: 2, validFrom: Date.UTC(2023, 11, 31, 23), costCenter: 'CC-2' },
        ],
      },
    ]);
  });

  it('makes a team once', async () => {
    expect((await app.request('POST', '/v1/teams', { team: 'büro/東京', costCenter: null })).status).toBe(201);
    const again = await app.request('POST', '/v1/teams', { team: 'büro/東京' });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: 'directory.team_exists' });
    expect(
      await json<TeamWire>(await app.request('GET', `/v1/teams/${encodeURIComponent('büro/東京')}`)),
    ).toMatchObject({
      team: 'büro/東京',
      costCenter: null,
      versions: [],
    });
    expect((await app.request('GET', '/v1/teams/nobody')).status).toBe(404);
    expect((await app.request('POST', '/v1/teams', { team: ' blank' })).status).toBe(400);
    expect((await app.request('POST', '/v1/teams', { team: 'nul\0' })).status).toBe(400);
    expect((await app.request('PUT', '/v1/teams/search', { validFrom: '2024-01-01T00:00:00' })).status).toBe(400);
  });

  it('gives changes at the same moment different versions', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => put('ads', { costCenter: `CC-${i}`, validFrom: `202${i}-01-01T00:00:00Z` })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const { versions } = await json<TeamWire>(await app.request('GET', '/v1/teams/ads'));
    expect(versions.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('registers and finds many teams at once', async () => {
    const directory = app.app.get<TeamDirectory>(TEAM_DIRECTORY, { strict: false });
    await Promise.all([
      directory.register(1, ['zeta', 'alpha', 'search', 'alpha']),
      directory.register(1, ['alpha', 'zeta', 'search']),
    ]);
    const found = await directory.find(1, ['alpha', 'search', 'unknown', 'alpha']);
    expect([...found.keys()].sort()).toEqual(['alpha', 'search']);
    expect(found.get('alpha')).toEqual({ team: 'alpha', versions: [] });
    expect(found.get('search')?.versions).toHaveLength(2);
    const { data } = await json<Page<TeamWire>>(await app.request('GET', '/v1/teams'));
    expect(data.map(({ team }) => team)).toEqual(['ads', 'alpha', 'büro/東京', 'search', 'zeta']);
    expect(data.find(({ team }) => team === 'alpha')?.registeredBy).toBe('event');
    const [first] = (await json<Page<TeamWire>>(await app.request('GET', '/v1/teams?limit=1'))).data;
    expect(first?.team).toBe('ads');
  });
});
