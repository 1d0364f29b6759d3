import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { cloneFolder } from '#platform';
import { type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '#platform/nest';
import { isLiving } from '../../libs/platform/embedded/living.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Where the tests' embedded database lies. It is kept for the next run, its server is not. */
const FOLDER = join(tmpdir(), `apportion-test-${hash(cloneFolder())}`);
/** Named for what is in it: other migrations, another template. Of their whole files, for their SQL stands beside the classes too. */
const TEMPLATE = `template_${hash(migrationSources())}`;
const TEMPLATE_LOCK = 4_017_203;

let embedded: Promise<EmbeddedPostgres> | undefined;
let users = 0;

/**
 * URL of the server that the tests make their databases on: TEST_DATABASE_URL's, else an embedded one, which all test files
 * of a run share. `leaveServer` as often as this.
 */
export async function joinServer(): Promise<string> {
  users += 1;
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    await prepareTemplate(given, false);
    return given;
  }
  embedded ??= startEmbeddedPostgres(FOLDER).then(async (server) => {
    // Who starts it looks for what killed runs left behind.
    await prepareTemplate(server.url, !server.adopted);
    return server;
  });
  return (await embedded).url;
}

export async function leaveServer(): Promise<void> {
  users -= 1;
  if (users > 0 || !embedded) return;
  const server = await embedded;
  embedded = undefined;
  await server.close();
}

/** Says whose it is: another process may have come to the server, and made its own, before the one that started it clears up. */
export function newDatabaseName(): string {
  return `test_${process.pid}_${randomBytes(8).toString('hex')}`;
}

/** Makes an empty or, with the template, a migrated database. */
export async function createDatabase(serverUrl: string, name: string, migrated = true): Promise<string> {
  await withClient(serverUrl, (client) =>
    client.query(`create database ${name} ${migrated ? `template ${TEMPLATE}` : ''}`),
  );
  return databaseUrl(serverUrl, name);
}

export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
}

async function prepareTemplate(serverUrl: string, sweep: boolean): Promise<void> {
  await withClient(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rows } = await client.query<{ name: string }>(
      `select datname as name from pg_database where datname ~ '^(test|template_)[_0-9a-f]'`,
    );
    if (sweep) {
      for (const { name } of rows.filter((row) => row.name !== TEMPLATE && !isOfLiving(row.name))) {
        await client.query(`drop database if exists ${name} with (force)`);
      }
    }
    if (rows.some(({ name }) => name === TEMPLATE)) return;
    // Renamed when it is whole: a run that is killed here leaves no half-migrated template.
    await client.query(`drop database if exists ${TEMPLATE}_partial with (force)`);
    await client.query(`create database ${TEMPLATE}_partial`);
    await migrate(databaseUrl(serverUrl, `${TEMPLATE}_partial`));
    await client.query(`alter database ${TEMPLATE}_partial rename to ${TEMPLATE}`);
  });
}

function isOfLiving(name: string): boolean {
  const pid = /^test_(\d+)_/.exec(name)?.[1];
  return pid !== undefined && isLiving(Number(pid));
}

function migrationSources(): string {
  const folder = join(cloneFolder(), 'migrations');
  const files = readdirSync(folder).sort();
  return files.map((file) => `${file}\n${readFileSync(join(folder, file), 'utf8')}`).join('\n');
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
