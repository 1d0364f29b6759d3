import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#platform/nest';
import { isLiving } from '../../libs/platform/embedded/living.js';
import { ensureBuilt } from '../support/built.js';
import { startEmbeddedChild } from '../support/embedded-child.js';
import { eventually } from '../support/eventually.js';

const NOBODY = { uid: 65_534, gid: 65_534 };
const asRoot = process.getuid?.() === 0;

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(folder: string): number | undefined {
  const file = join(folder, 'postgres', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

describe('the embedded database', () => {
  let folder: string;
  const open: { close(): Promise<void> }[] = [];

  async function start(path = folder) {
    const server = await startEmbeddedPostgres(path);
    open.push(server);
    return server;
  }

  beforeAll(() => ensureBuilt());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apportion-embedded-'));
    chmodSync(folder, 0o711);
  });
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps what was committed over a stop, durable, on the loopback alone, its password for us alone', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 1 as n');
    await first.close();
    expect(postmasterPid(folder)).toBeUndefined();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
    const settings = await query(
      second.url,
      `select name, setting from pg_settings where name in
       ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'unix_socket_directories', 'data_checksums') order by name`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      synchronous_commit: 'on',
      unix_socket_directories: '',
    });
    expect(statSync(join(folder, 'postgres-password')).mode & 0o777).toBe(0o600);
    await expect(query(second.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
  });

  it('adopts the server of a process that was killed, and stops it when it leaves', async () => {
    const child = await startEmbeddedChild(folder);
    await query(child.url, 'create table kept as select 2 as n');
    const pid = postmasterPid(folder);
    await child.kill();
    const server = await start();
    expect(server.adopted).toBe(true);
    expect(server.url).toBe(child.url);
    expect(postmasterPid(folder)).toBe(pid);
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 2 }]);
    await server.close();
    expect(postmasterPid(folder)).toBeUndefined();
  });

  it('recovers when everything was killed, the server too', async () => {
    const child = await startEmbeddedChild(folder);
    await query(child.url, 'create table kept as select 3 as n');
    await child.kill();
    const pid = Number(postmasterPid(folder));
    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(isLiving(pid)).toBe(false));
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 3 }]);
  });

  it('starts over a pid file whose process is gone, or is another program by now', async () => {
    await (await start()).close();
    for (const pid of [process.pid, 1, 4_194_300]) {
      const file = join(folder, 'postgres', 'postmaster.pid');
      writeFileSync(file, `${pid}\n${join(folder, 'postgres')}\n1700000000\n5432\n\n127.0.0.1\n\nready\n`);
      const server = await start();
      expect(server.adopted).toBe(false);
      expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
      await server.close();
    }
  });

  it('is shared by processes that start at once on an empty folder, until the last leaves', async () => {
    const children = await Promise.all([
      startEmbeddedChild(folder),
      startEmbeddedChild(folder),
      startEmbeddedChild(folder),
    ]);
    expect(children.filter(({ adopted }) => !adopted)).toHaveLength(1);
    expect(new Set(children.map(({ url }) => url)).size).toBe(1);
    const [last, ...others] = [...children].sort((a, b) => Number(b.adopted) - Number(a.adopted));
    // The one that started the server leaves first.
    for (const child of others.reverse()) await child.leave();
    expect(await query(String(last?.url), 'select 1 as n')).toEqual([{ n: 1 }]);
    await last?.leave();
    expect(postmasterPid(folder)).toBeUndefined();
  });

  it('does not clash with another copy on the same machine', async () => {
    const other = join(folder, 'other');
    const [one, two] = await Promise.all([start(), start(other)]);
    await query(one.url, 'create table only_here ()');
    await expect(query(two.url, 'select * from only_here')).rejects.toThrow(/does not exist/);
  });

  it('takes over the lock of a process that died with it', async () => {
    mkdirSync(join(folder, 'postgres.lock'));
    writeFileSync(join(folder, 'postgres.lock', 'holder'), '4194300 1');
    mkdirSync(join(folder, 'postgres.partial', 'half-made'), { recursive: true });
    expect(await query((await start()).url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('refuses a data folder of another version, and leaves it as it was', async () => {
    await (await start()).close();
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/made by Postgres 17, .* brings Postgres 18.*APPORTION_DATA_DIR/);
    expect(postmasterPid(folder)).toBeUndefined();
  });

  it('leaves no process behind when it stops', async () => {
    const server = await start();
    const pid = Number(postmasterPid(folder));
    await server.close();
    expect(isLiving(pid)).toBe(false);
  });

  (asRoot ? it : it.skip)('names the closed folder when root points it where the database user cannot go', async () => {
    const closed = join(folder, 'home');
    mkdirSync(closed, { mode: 0o700 });
    await expect(start(join(closed, 'data'))).rejects.toThrow(
      new RegExp(`cannot be reached by the user \\w+.*${closed} is closed to it \\(mode 0700\\).*APPORTION_DATA_DIR`),
    );
  });

  (asRoot ? it : it.skip)('runs for an ordinary user, and for root on the folder which that user made', async () => {
    chownSync(folder, NOBODY.uid, NOBODY.gid);
    const child = await startEmbeddedChild(folder, NOBODY);
    await query(child.url, 'create table kept as select 4 as n');
    expect(statSync(join(folder, 'postgres')).uid).toBe(NOBODY.uid);
    await child.leave();
    expect(await query((await start()).url, 'select n from kept')).toEqual([{ n: 4 }]);
  });

  (asRoot ? it : it.skip)('tells an ordinary user whose database it is, when it is another’s', async () => {
    chmodSync(folder, 0o777);
    await (await start()).close();
    await expect(startEmbeddedChild(folder, { uid: 12_345, gid: 12_345 })).rejects.toThrow(/belongs to another user/);
  });
});
