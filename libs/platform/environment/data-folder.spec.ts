import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveDataFolder } from './data-folder.js';
import { folderClosedTo } from './system-user.js';

const inputs = {
  explicit: undefined,
  clone: '/root/apportion',
  workingFolder: '/somewhere',
  databaseUser: undefined,
  closedFolder: () => undefined,
};

describe('the data folder', () => {
  it('is data/ in the clone', () => {
    expect(resolveDataFolder(inputs)).toEqual({ path: '/root/apportion/data' });
    expect(resolveDataFolder({ ...inputs, databaseUser: 'postgres' })).toEqual({ path: '/root/apportion/data' });
  });

  it('is the one asked for, whoever may reach it', () => {
    const asked = { ...inputs, explicit: 'here', databaseUser: 'nobody', closedFolder: () => '/root' };
    expect(resolveDataFolder(asked)).toEqual({ path: '/somewhere/here' });
    expect(resolveDataFolder({ ...asked, explicit: '/srv/data' })).toEqual({ path: '/srv/data' });
  });

  it('is one under /var/lib, of this clone alone, where the database’s user cannot reach the clone', () => {
    const closed = { ...inputs, databaseUser: 'postgres', closedFolder: () => '/root' };
    const folder = resolveDataFolder(closed);
    expect(folder.path).toMatch(/^\/var\/lib\/apportion-[0-9a-f]{12}$/);
    expect(folder.reason).toMatch(
      /\/root\/apportion\/data cannot be reached by .* postgres \(\/root is closed to it\)/,
    );
    expect(resolveDataFolder({ ...closed, clone: '/root/other' }).path).not.toBe(folder.path);
    expect(resolveDataFolder(closed)).toEqual(folder);
  });
});

describe('a folder closed to a user', () => {
  it('is the first one on the way that it may not enter', () => {
    const top = mkdtempSync(join(tmpdir(), 'apportion-way-'));
    chmodSync(top, 0o755);
    const closed = join(top, 'closed');
    const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 };
    const inside = join(closed, 'inside', 'not-there-yet');
    mkdirSync(join(closed, 'inside'), { recursive: true });
    chmodSync(closed, 0o700);
    expect(folderClosedTo(stranger, inside)).toBe(closed);
    chmodSync(closed, 0o711);
    expect(folderClosedTo(stranger, inside)).toBeUndefined();
    rmSync(top, { recursive: true });
  });
});
