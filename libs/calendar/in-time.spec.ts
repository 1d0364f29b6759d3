import { inTime } from './in-time.js';

const tooLate = () => new Error('too late');

describe('work that has a time limit', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('comes to what it comes to within it, and leaves no timer', async () => {
    await expect(inTime(Promise.resolve('done'), 1_000, tooLate)).resolves.toBe('done');
    await expect(inTime(Promise.reject(new Error('broken')), 1_000, tooLate)).rejects.toThrow('broken');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is too late after it, whatever becomes of it', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_, reject) => (fail = reject));
    const limited = expect(inTime(work, 1_000, tooLate)).rejects.toThrow('too late');
    jest.advanceTimersByTime(1_000);
    await limited;
    fail(new Error('nobody hears'));
    expect(jest.getTimerCount()).toBe(0);
  });
});
