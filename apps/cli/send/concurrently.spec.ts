import { setTimeout as sleep } from 'node:timers/promises';
import { concurrently } from './concurrently.js';

async function* upTo(count: number, taken: number[] = []) {
  for (let i = 0; i < count; i += 1) {
    taken.push(i);
    yield i;
  }
}

describe('concurrently', () => {
  it('works on every item, never on more than the limit at once', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await concurrently(upTo(50), 4, async (i) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(i % 3);
      running -= 1;
      done.push(i);
    });
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(most).toBe(4);
  });

  it('does not read ahead of the work', async () => {
    const taken: number[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const all = concurrently(upTo(10, taken), 2, () => gate);
    await sleep(5);
    expect(taken).toEqual([0, 1]);
    release();
    await all;
    expect(taken).toHaveLength(10);
  });

  it('stops at a failure, after what was begun', async () => {
    const done: number[] = [];
    const all = concurrently(upTo(100), 3, async (i) => {
      await sleep(i === 1 ? 1 : 10);
      if (i === 1) throw new Error('no');
      done.push(i);
    });
    await expect(all).rejects.toThrow('no');
    expect(done).toEqual(expect.arrayContaining([0, 2]));
    expect(done.length).toBeLessThan(6);
  });
});
