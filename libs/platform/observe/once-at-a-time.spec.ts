import { onceAtATime } from './once-at-a-time.js';

describe('a reading once at a time', () => {
  it('is shared by all who ask while it goes on, and done again for who asks later', async () => {
    let reads = 0;
    const read = onceAtATime(async () => {
      reads += 1;
      await Promise.resolve();
    });
    await Promise.all([read(), read(), read()]);
    expect(reads).toBe(1);
    await read();
    expect(reads).toBe(2);
  });

  it('fails for all of them, and not for who asks later', async () => {
    const outcomes = [Promise.reject(new Error('away')), Promise.resolve()];
    const read = onceAtATime(() => outcomes.shift() ?? Promise.reject(new Error('asked too often')));
    await expect(Promise.allSettled([read(), read()])).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    await expect(read()).resolves.toBeUndefined();
  });
});
