import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#platform/nest';
import { temporaryFolder } from '../support/folder.js';

export interface BenchServer {
  /** For a line in the report. */
  readonly describe: string;
  /** Runs work on a database of its own, which is dropped after it. */
  withDatabase<T>(name: string, work: (url: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The Postgres that everything is measured on: the embedded one in a temporary folder, as it comes. */
export async function startBenchServer(): Promise<BenchServer> {
  const folder = temporaryFolder('bench');
  const server = await startEmbeddedPostgres(folder);
  const admin = new Client({ connectionString: server.url });
  await admin.connect();
  const { rows } = await admin.query<{ describe: string }>(
    `select format('Postgres %s, fsync %s, synchronous_commit %s, shared_buffers %s', current_setting('server_version'),
       current_setting('fsync'), current_setting('synchronous_commit'), current_setting('shared_buffers')) as describe`,
  );
  return {
    describe: rows[0]?.describe ?? '',
    async withDatabase(name, work) {
      await admin.query(`create database ${name}`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      try {
        return await work(url.href);
      } finally {
        await admin.query(`drop database ${name} with (force)`);
        // What one run wrote is not to be flushed in the next one's time.
        await admin.query('checkpoint');
      }
    },
    async close() {
      await admin.end();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
