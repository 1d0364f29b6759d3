import type { DataSource } from 'typeorm';
import { SqlUsageSnapshots } from './sql-usage-snapshots.js';

/** As much of a database as makes snapshots. */
function database(): DataSource {
  const query = async () => [{ snapshot: '1-1' }];
  return { createQueryRunner: () => ({ query, manager: { query }, release: async () => undefined }) } as never;
}

describe('SqlUsageSnapshots', () => {
  it('holds a few at a time, and every one in the end, whatever becomes of the work', async () => {
    const snapshots = new SqlUsageSnapshots(database());
    let [held, most] = [0, 0];
    const work = async (number: number) => {
      most = Math.max(most, (held += 1));
      await new Promise((resolve) => setImmediate(resolve));
      held -= 1;
      if (number % 3 === 0) throw new Error('of no avail');
      return number;
    };
    const all = Array.from({ length: 12 }, (_, number) => snapshots.hold(() => work(number)));
    const done = await Promise.allSettled(all);
    expect(done.map(({ status }) => status === 'fulfilled')).toEqual(done.map((_, number) => number % 3 !== 0));
    expect(most).toBe(4);
  });
});
