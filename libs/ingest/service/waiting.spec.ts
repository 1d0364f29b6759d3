import { Backpressure } from './backpressure.js';
import { BatchWatch } from './batch-watch.js';
import { DrainInbox } from './drain-inbox.js';
import type { InboxRowKey } from './inbox.js';
import { WakeWorker } from './wake-worker.js';

const soon = (ms = 2) => new Promise((resolve) => setTimeout(resolve, ms));

/** However busy the machine is, within reason. */
const until = async (isTrue: () => boolean) => {
  for (const deadline = performance.now() + 60_000; !isTrue(); await soon()) {
    if (performance.now() > deadline) throw new Error(`in vain: ${isTrue.toString()}`);
  }
};

describe('WakeWorker', () => {
  it('names what gathers meanwhile in one job, and survives a queue that is away', async () => {
    const jobs: (readonly string[])[] = [];
    const failures: unknown[] = [];
    const arrived: (() => void)[] = [];
    let away = true;
    const waker = {
      wake: async (ids: readonly string[]) => {
        if (away) throw new Error('away');
        jobs.push(ids);
        await new Promise<void>((resolve) => arrived.push(resolve));
      },
    };
    const wake = new WakeWorker(waker, 1, (error) => failures.push(error));
    wake.announce(['lost']);
    await until(() => failures.length > 0);
    expect(failures).toHaveLength(1);
    away = false;
    wake.announce(['a']);
    await until(() => arrived.length === 1);
    wake.announce(['b']);
    wake.announce(['c']);
    arrived[0]?.();
    await until(() => arrived.length === 2);
    arrived[1]?.();
    expect(jobs).toEqual([['a'], ['b', 'c']]);
  });
});

describe('DrainInbox', () => {
  const report = (rows: number) => ({
    rows,
    events: rows,
    accepted: rows,
    duplicates: 0,
    conflicts: 0,
    unprocessable: 0,
  });

  it('looks again when somebody asked during its last look', async () => {
    const looks: (() => void)[] = [];
    const flush = {
      run: () => new Promise<ReturnType<typeof report>>((resolve) => looks.push(() => resolve(report(0)))),
    };
    const drain = new DrainInbox(flush, { lanes: 2, fullEvents: 1, pauseMs: 0, pauseMaxMs: 0, lingerMs: 0 });
    const first = drain.run();
    await drain.run();
    looks[0]?.();
    await until(() => looks.length > 1);
    looks[1]?.();
    await first;
    expect(looks).toHaveLength(2);
  });

  it('uses no more lanes than it has, and frees one that failed', async () => {
    let running = 0;
    let most = 0;
    let left = 20;
    const flush = {
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await soon(1);
        running -= 1;
        left -= 1;
        if (left === 10) throw new Error('once');
        return report(left > 0 ? 1 : 0);
      },
    };
    const drain = new DrainInbox(flush, { lanes: 2, fullEvents: 1, pauseMs: 0, pauseMaxMs: 0, lingerMs: 0 });
    const first = drain.run();
    // The first flush was full: now a second lane is worth its while, a third there is not.
    await until(() => left < 20);
    const ended = await Promise.allSettled([first, drain.run(), drain.run()]);
    expect(most).toBe(2);
    expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await drain.run();
    expect(left).toBeLessThanOrEqual(0);
  });

  it('goes on looking for a while after it found nothing', async () => {
    const found = [1, 0, 0, 1, 0];
    const run = jest.fn(async () => report(found.shift() ?? 0));
    await new DrainInbox({ run }, { lanes: 2, fullEvents: 10, pauseMs: 1, pauseMaxMs: 1, lingerMs: 2_000 }).run();
    expect(found).toEqual([]);
  });

  it('rests longer after a flush that took longer, so that more events share the next', async () => {
    const starts: number[] = [];
    const run = async () => {
      starts.push(performance.now());
      if (starts.length > 2) return report(0);
      await soon(40);
      return report(1);
    };
    await new DrainInbox({ run }, { lanes: 1, fullEvents: 10, pauseMs: 1, pauseMaxMs: 60_000, lingerMs: 0 }).run();
    // A flush of 40 ms and a rest of three times that.
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(150);
  });

  it('starts nothing after a stop', async () => {
    const run = jest.fn(async () => report(1));
    const drain = new DrainInbox({ run }, { lanes: 2, fullEvents: 1, pauseMs: 0, pauseMaxMs: 0, lingerMs: 0 });
    const lane = drain.run();
    await drain.stop();
    await lane;
    const runs = run.mock.calls.length;
    await drain.run();
    expect(run.mock.calls).toHaveLength(runs);
  });
});

describe('Backpressure', () => {
  const clock = { now: () => 100_000 };
  const limits = { maxAgeMs: 60_000, maxWaitingEvents: 1_000, maxInflightBytes: 1_000 };
  const over = (waitingEvents: number, oldestReceivedAt: number | null) => {
    const load = jest.fn(async () => ({ waitingEvents, oldestReceivedAt }));
    const inbox = { load, append: jest.fn(), finished: jest.fn(), status: jest.fn(), purge: jest.fn() };
    return { load, gate: new Backpressure(inbox, clock, limits) };
  };

  it('admits while the worker keeps up', async () => {
    const { gate, load } = over(1_000, 50_000);
    for (let i = 0; i < 10; i += 1) expect(await gate.admit()).toMatchObject({ ok: true });
    expect(load).toHaveBeenCalledTimes(1);
  });

  it.each([
    [1_001, 100_000, 1],
    [1, 30_000, 10],
    [1, 0, 30],
  ])('refuses with %i waiting since %i', async (waiting, oldest, retryAfterSeconds) => {
    expect(await over(waiting, oldest).gate.admit()).toMatchObject({
      failure: { kind: 'busy', code: 'ingest.overloaded', retryAfterSeconds },
    });
  });

  it('counts what came in since it looked', async () => {
    const { gate } = over(999, 100_000);
    expect(await gate.admit()).toMatchObject({ ok: true });
    gate.admitted(2);
    expect(await gate.admit()).toMatchObject({ ok: false });
  });
});

describe('BatchWatch', () => {
  const row = (inboxId: string, accountId = 1) => ({ accountId, inboxId });

  it('asks once for all, and tells each in time', async () => {
    const asked: (readonly InboxRowKey[])[] = [];
    const done = new Set<string>();
    const watch = new BatchWatch({
      finished: async (ids) => {
        asked.push(ids);
        return ids.filter(({ accountId, inboxId }) => accountId === 1 && done.has(inboxId));
      },
    });
    const [a, again, late] = [row('a'), row('a'), row('b')].map((key, i) => watch.finished(key, i < 2 ? 5_000 : 30));
    const stranger = watch.finished(row('a', 2), 30);
    setTimeout(() => done.add('a'), 15);
    expect(await Promise.all([a, again, late, stranger])).toEqual([true, true, false, false]);
    expect(asked[0]).toEqual([row('a'), row('b'), row('a', 2)]);
    const looks = asked.length;
    await soon(30);
    expect(asked).toHaveLength(looks);
  });

  it('outlives a database that is away', async () => {
    let away = true;
    const watch = new BatchWatch({
      finished: async (ids) => {
        if (away) throw new Error('away');
        return ids;
      },
    });
    setTimeout(() => (away = false), 30);
    expect(await watch.finished(row('a'), 5_000)).toBe(true);
  });
});
