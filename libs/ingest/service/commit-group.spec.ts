import { checkEvent } from '../domain/check-event.js';
import { decodePayload, type ReceivedBatch, refuse } from '../domain/index.js';
import { nativeEvent, RULES, rawValue } from '../domain/testing.js';
import { CommitGroup } from './commit-group.js';
import type { NewInboxRow } from './inbox.js';
import { UnstorableError } from './unstorable-error.js';

function batchOf(...ids: string[]): ReceivedBatch {
  const events = ids.map((id) => {
    const event = checkEvent(rawValue(nativeEvent({ id })), RULES);
    if (!('identity' in event)) throw new Error(event.detail);
    return event;
  });
  return { count: ids.length, events, indexes: ids.map((_, i) => i), refused: [] };
}

/** An inbox whose commits end when the test says so. */
function slowInbox() {
  const commits: { rows: readonly NewInboxRow[]; end: (error?: Error) => void }[] = [];
  const append = (rows: readonly NewInboxRow[]) =>
    new Promise<boolean>((resolve, reject) => {
      commits.push({ rows, end: (error) => (error ? reject(error) : resolve(true)) });
    });
  return { commits, append, load: jest.fn(), finished: jest.fn(), status: jest.fn(), purge: jest.fn() };
}

const settings = { coalesceMs: 0, rowEventsMax: 4 };
/** By then what waits for the turn of the event loop has had it: on a busy machine a timer alone may come before. */
const soon = () => new Promise((resolve) => setTimeout(() => setImmediate(resolve), 2));

function start() {
  const inbox = slowInbox();
  const committed: string[] = [];
  let id = 0;
  const group = new CommitGroup(
    inbox,
    () => `row-${++id}`,
    settings,
    (ids) => committed.push(...ids),
  );
  const append = (batch: ReceivedBatch, accountId = 1, bytes = 1000) =>
    group.append({ accountId, receivedAt: 1000, batch, bytes, quarantineIds: batch.refused.map((_, i) => `q-${i}`) });
  return { ...inbox, committed, append };
}

describe('CommitGroup', () => {
  it('commits what came together together, and the next while waiting for it', async () => {
    const { commits, committed, append } = start();
    const first = [append(batchOf('a')), append(batchOf('b', 'c'))];
    await soon();
    const second = [append(batchOf('d')), append(batchOf('e'))];
    await soon();
    expect(commits).toHaveLength(1);
    commits[0]?.end();
    expect(await Promise.all(first)).toEqual([
      { inboxId: 'row-1', offset: 0, count: 1 },
      { inboxId: 'row-1', offset: 1, count: 2 },
    ]);
    expect(committed).toEqual(['row-1']);
    await soon();
    commits[1]?.end();
    expect(await Promise.all(second)).toMatchObject([{ inboxId: 'row-2' }, { inboxId: 'row-2', offset: 1 }]);
    const payload = commits[0]?.rows[0]?.payload ?? '';
    expect(decodePayload(payload).map(({ index, event }) => [index, event.id])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ]);
  });

  it('bounds a row and keeps accounts apart', async () => {
    const { commits, append } = start();
    void append(batchOf('a', 'b', 'c'));
    void append(batchOf('d', 'e'));
    void append(batchOf('f'), 2);
    await soon();
    expect(commits[0]?.rows).toMatchObject([
      { accountId: 1, eventCount: 3 },
      { accountId: 1, eventCount: 2 },
      { accountId: 2, eventCount: 1 },
    ]);
  });

  it('counts the refused in, and has no work for the worker in a row of them alone', async () => {
    const { commits, committed, append } = start();
    const refusal = refuse('event.not_an_object', '', '');
    const refused = [{ index: 0, refusal, raw: new Uint8Array(), source: null, id: null }];
    void append({ ...batchOf('a'), count: 1 }, 2);
    const done = append({ count: 1, events: [], indexes: [], refused });
    await soon();
    const row = commits[0]?.rows[1];
    expect(row).toMatchObject({ eventCount: 1, payload: null, refused: [{ index: 0, quarantineId: 'q-0' }] });
    commits[0]?.end();
    await done;
    expect(committed).toEqual(['row-1']);
  });

  it('lets a big batch go at once', async () => {
    const { commits, append } = start();
    void append(batchOf('a'));
    void append(batchOf(...Array.from({ length: 500 }, (_, i) => `big-${i}`)));
    expect(commits[0]?.rows).toMatchObject([{ eventCount: 500 }]);
    await soon();
    expect(commits).toHaveLength(2);
  });

  it('lets many bytes go at once, however few events they are', async () => {
    const { commits, append } = start();
    void append(batchOf('a'));
    void append(batchOf('big'), 1, 5_000_000);
    expect(commits[0]?.rows).toMatchObject([{ eventCount: 1 }]);
    await soon();
    expect(commits).toHaveLength(2);
  });

  it('bounds the bytes of a commit; the rest goes with the next', async () => {
    const { commits, append } = start();
    const all = Promise.all(Array.from({ length: 120 }, (_, i) => append(batchOf(`e${i}`), 1, 200_000)));
    const events = () => commits.map(({ rows }) => rows.reduce((sum, { eventCount }) => sum + eventCount, 0));
    for (let round = 0; round < 3; round += 1) {
      await soon();
      commits[round]?.end();
    }
    await all;
    expect(events()).toEqual([41, 41, 38]);
  });

  it('goes on when a request cannot be written down at all', async () => {
    const { commits, append } = start();
    const broken: ReceivedBatch = {
      ...batchOf('a'),
      get events(): never {
        throw new RangeError('Invalid string length');
      },
    };
    await expect(append(broken)).rejects.toThrow('Invalid string length');
    const later = append(batchOf('b'));
    await soon();
    commits[0]?.end();
    await expect(later).resolves.toMatchObject({ count: 1 });
  });

  it('fails none for what another holds', async () => {
    const { commits, append } = start();
    const results = Promise.allSettled([append(batchOf('a')), append(batchOf('bad'))]);
    await soon();
    commits[0]?.end(new UnstorableError('no'));
    await soon();
    commits[1]?.end();
    commits[2]?.end(new UnstorableError('no'));
    expect(await results).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }]);
  });

  it('fails all when the database is away, and goes on when it is back', async () => {
    const { commits, append } = start();
    const lost = Promise.allSettled([append(batchOf('a')), append(batchOf('b'))]);
    await soon();
    commits[0]?.end(new Error('connection lost'));
    expect(await lost).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    const later = append(batchOf('c'));
    await soon();
    commits[1]?.end();
    await expect(later).resolves.toMatchObject({ count: 1 });
  });
});
