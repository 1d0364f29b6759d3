import { ApiError, UnreachableError } from './api-error.js';
import { Patience } from './patience.js';

const unreachable = () => new UnreachableError('http://x', 'refused');
const busy = (retryAfterSeconds?: number) => new ApiError(429, 'ingest.overloaded', 'busy', [], retryAfterSeconds);

/** A clock that only `onWait` moves, and work that fails as told before it succeeds. */
function setUp(limits: { unreachableMs: number; busyMs: number }) {
  let now = 0;
  const waits: number[] = [];
  const clock = { now: () => now };
  const onWait = (_: string, waitMs: number) => {
    waits.push(waitMs);
    now += waitMs;
  };
  const patience = new Patience({ ...limits, clock, onWait, sleep: () => Promise.resolve() });
  const failing = (errors: Error[]) => () => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve('done');
  };
  return { patience, waits, failing };
}

describe('Patience', () => {
  it('does not wait for a server that never answered', async () => {
    const { patience, failing, waits } = setUp({ unreachableMs: 1e9, busyMs: 1e9 });
    await expect(patience.run(failing([unreachable()]))).rejects.toThrow(UnreachableError);
    expect(waits).toEqual([]);
  });

  it('waits longer and longer, up to a few seconds, for one that has answered', async () => {
    const { patience, failing, waits } = setUp({ unreachableMs: 1e9, busyMs: 1e9 });
    await patience.run(failing([]));
    await expect(patience.run(failing(Array.from({ length: 12 }, unreachable)))).resolves.toBe('done');
    expect(waits).toHaveLength(12);
    expect(waits[0]).toBeLessThanOrEqual(200);
    expect(waits.at(-1)).toBeGreaterThan(2_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
  });

  it('gives up in the end', async () => {
    const { patience, failing } = setUp({ unreachableMs: 10_000, busyMs: 10_000 });
    await patience.run(failing([]));
    await expect(patience.run(failing(Array.from({ length: 99 }, unreachable)))).rejects.toThrow(UnreachableError);
    await expect(patience.run(failing(Array.from({ length: 99 }, () => busy())))).rejects.toThrow('busy');
  });

  it('waits at least as long as it is asked to', async () => {
    const { patience, failing, waits } = setUp({ unreachableMs: 0, busyMs: 60_000 });
    await expect(patience.run(failing([busy(3)]))).resolves.toBe('done');
    expect(waits[0]).toBeGreaterThanOrEqual(3_000);
  });

  it.each([
    new ApiError(400, 'a.b', 'bad'),
    new ApiError(403, 'a.b', 'no'),
    new ApiError(500, undefined, 'broken'),
    new Error('bug'),
  ])('does not repeat what would fail again: %s', async (error) => {
    const { patience, failing, waits } = setUp({ unreachableMs: 1e9, busyMs: 1e9 });
    await expect(patience.run(failing([error]))).rejects.toThrow(error);
    expect(waits).toEqual([]);
  });
});
