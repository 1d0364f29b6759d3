import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cloneFolder } from '#platform';
import { ensureBuilt } from '../support/built.js';
import { temporaryFolder } from '../support/folder.js';

describe('apportion demo', () => {
  let folder: string;
  beforeAll(() => {
    ensureBuilt();
    folder = temporaryFolder('demo');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** With a database and a Redis named that are not there: the demo must use neither. */
  const demo = () =>
    spawnSync(process.execPath, [join(cloneFolder(), 'dist/apps/cli/main.js'), 'demo', '--requests', '3000'], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        APPORTION_DATA_DIR: folder,
        DATABASE_URL: 'postgres://127.0.0.1:9/production',
        REDIS_URL: 'redis://127.0.0.1:9',
      },
    });

  it('goes from requests to a verified bill on a server of its own, and comes to the same bill again', () => {
    const first = demo();
    expect({ status: first.status, stderr: first.stderr }).toMatchObject({ status: 0 });
    expect(first.stderr).toMatch(/ accepted, 0 already known/);
    expect(first.stdout).toMatch(/^ALL TEAMS /m);
    expect(first.stdout).toMatch(/^Verified: +2026-10 agrees/m);
    const file = join(folder, 'demo/1-3000/chargeback_2026-10.csv');
    const csv = readFileSync(file, 'utf8');
    expect(existsSync(join(folder, 'bootstrap-key'))).toBe(false);

    const second = demo();
    expect(second.stderr).toMatch(/ 0 accepted, /);
    expect(second.stdout).toBe(first.stdout);
    expect(readFileSync(file, 'utf8')).toBe(csv);
  });
});
