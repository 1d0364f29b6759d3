import { SweepTimer } from './sweep-timer.js';

const EVERY_MS = 50;

describe('a sweep timer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function timerWith({ run = async () => undefined, stop = async () => undefined, keepHouse = async () => undefined }) {
    const said: string[] = [];
    const drain = { run: jest.fn<Promise<void>, []>(run), stop: jest.fn<Promise<void>, []>(stop) };
    const house = jest.fn<Promise<void>, [AbortSignal]>(keepHouse);
    const complain = (text: string) => void said.push(text);
    const timer = new SweepTimer({ drain, everyMs: EVERY_MS, keepHouse: house, complain });
    timer.start();
    return { timer, drain, house, said };
  }

  it('drains again and again, whether or not the last drain has ended', async () => {
    const { timer, drain } = timerWith({ run: () => new Promise(() => undefined) });
    expect(drain.run).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(3 * EVERY_MS);
    expect(drain.run).toHaveBeenCalledTimes(3);
    await timer.stop();
  });

  it('keeps house at the start and a minute after the last time has ended', async () => {
    let ended: () => void = () => undefined;
    const { timer, house } = timerWith({
      keepHouse: () => new Promise((resolve) => (ended = () => resolve(undefined))),
    });
    await jest.advanceTimersByTimeAsync(180_000);
    expect(house).toHaveBeenCalledTimes(1);
    ended();
    await jest.advanceTimersByTimeAsync(59_000);
    expect(house).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(house).toHaveBeenCalledTimes(2);
    ended();
    await timer.stop();
  });

  it('goes on after what failed, and says it once in a while with how often', async () => {
    const { timer, drain, said } = timerWith({ run: () => Promise.reject(new Error('no database')) });
    await jest.advanceTimersByTimeAsync(5_000);
    expect(said).toEqual(['no database']);
    await jest.advanceTimersByTimeAsync(5_050);
    expect(said).toEqual(['no database', 'no database (and 199 more since the last time)']);
    expect(drain.run.mock.calls.length).toBeGreaterThan(200);
    await timer.stop();
  });

  it('keeps house again after it failed', async () => {
    const { timer, house, said } = timerWith({ keepHouse: () => Promise.reject(new Error('a lock')) });
    await jest.advanceTimersByTimeAsync(61_000);
    expect(house).toHaveBeenCalledTimes(2);
    expect(said).toEqual(['a lock', 'a lock']);
    await timer.stop();
  });

  it('stops for good, when the drain and the housekeeping have', async () => {
    const events: string[] = [];
    const { timer, drain, house } = timerWith({
      stop: async () => void events.push('drained'),
      keepHouse: () => Promise.resolve(undefined),
    });
    house.mockImplementation(
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => (events.push('house'), resolve()))),
    );
    await jest.advanceTimersByTimeAsync(EVERY_MS);
    await timer.stop();
    expect(events.sort()).toEqual(['drained', 'house']);
    await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(drain.run).toHaveBeenCalledTimes(1);
    timer.start();
    await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(drain.run).toHaveBeenCalledTimes(1);
  });
});
