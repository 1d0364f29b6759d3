import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { coveredPlaces, Journal, type JournalEntry } from './journal.js';

const done = (first: number, last: number): JournalEntry => ({
  first,
  last,
  batchId: 'b',
  accepted: last - first + 1,
  duplicate: 0,
  rejected: 0,
});

describe('Journal', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'apportion-journal-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const path = () => join(folder, 'imports', 'one.ndjson');

  it('gives the next run what this one has done, and forgets it at the end', async () => {
    const first = await Journal.open(path());
    expect(first.entries).toEqual([]);
    await first.add(done(2, 11));
    await first.add(done(22, 31));
    await first.close();
    const second = await Journal.open(path());
    expect(second.entries).toEqual([done(2, 11), done(22, 31)]);
    await second.finish();
    await expect(stat(path())).rejects.toThrow('ENOENT');
  });

  it('leaves no file behind that says nothing', async () => {
    await (await Journal.open(path())).close();
    await expect(stat(path())).rejects.toThrow('ENOENT');
  });

  it.each([[[]], [[done(2, 11)]]])(
    'after %j leaves out an entry torn by a kill, and what comes after it is whole',
    async (before) => {
      const first = await Journal.open(path());
      for (const entry of before) await first.add(entry);
      await first.close();
      await appendFile(path(), '{"first":12,"la');
      const second = await Journal.open(path());
      expect(second.entries).toEqual(before);
      await second.add(done(12, 21));
      await second.close();
      const third = await Journal.open(path());
      expect(third.entries).toEqual([...before, done(12, 21)]);
      await third.close();
    },
  );
});

describe('coveredPlaces', () => {
  it('knows the places of the entries whatever their order', () => {
    const entry = fc
      .tuple(fc.integer({ min: 1, max: 200 }), fc.nat(9))
      .map(([first, more]) => done(first, first + more));
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const covered = coveredPlaces(entries);
        for (let line = 1; line <= 220; line += 1) {
          expect(covered(line)).toBe(entries.some(({ first, last }) => first <= line && line <= last));
        }
      }),
    );
  });
});
