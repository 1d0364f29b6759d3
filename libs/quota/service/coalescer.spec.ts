import { Coalescer } from './coalescer.js';

describe('calls that are made together', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  /** What was called with, and how to answer it. */
  let calls: { readonly orders: readonly string[]; answer(): void }[];
  const call = (orders: readonly string[]) =>
    new Promise<readonly string[]>((resolve) => {
      calls.push({ orders, answer: () => resolve(orders.map((order) => `${order}!`)) });
    });
  const called = () => calls.map(({ orders }) => orders.join(''));
  const ask = async (coalescer: Coalescer<string, string>, orders: string) => {
    const answers = Promise.all(Array.from(orders, (order) => coalescer.ask(order)));
    await turn();
    return { answers };
  };

  beforeEach(() => {
    calls = [];
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('go with all who asked meanwhile', async () => {
    const coalescer = new Coalescer(call, { lanes: 2, lateMs: 50, ordersMax: 10 });
    const first = await ask(coalescer, 'ab');
    const second = await ask(coalescer, 'c');
    const third = await ask(coalescer, 'd');
    expect(called()).toEqual(['ab']);
    calls[0]?.answer();
    expect(await first.answers).toEqual(['a!', 'b!']);
    await turn();
    expect(called()).toEqual(['ab', 'cd']);
    calls[1]?.answer();
    expect([...(await second.answers), ...(await third.answers)]).toEqual(['c!', 'd!']);
  });

  it('go beside one that is late, as often as they are answered', async () => {
    const coalescer = new Coalescer(call, { lanes: 2, lateMs: 50, ordersMax: 10 });
    const late = await ask(coalescer, 'a');
    await ask(coalescer, 'b');
    jest.advanceTimersByTime(49);
    await turn();
    expect(called()).toEqual(['a']);
    jest.advanceTimersByTime(1);
    await turn();
    expect(called()).toEqual(['a', 'b']);
    await ask(coalescer, 'c');
    calls[1]?.answer();
    await turn();
    await turn();
    expect(called()).toEqual(['a', 'b', 'c']);
    jest.advanceTimersByTime(50);
    await ask(coalescer, 'd');
    // Both are late, and there are no more lanes.
    expect(called()).toEqual(['a', 'b', 'c']);
    calls[0]?.answer();
    expect(await late.answers).toEqual(['a!']);
    await turn();
    expect(called()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('go beside another when as many wait as one holds', async () => {
    const coalescer = new Coalescer(call, { lanes: 2, lateMs: 50, ordersMax: 3 });
    await ask(coalescer, 'a');
    await ask(coalescer, 'bc');
    expect(called()).toEqual(['a']);
    await ask(coalescer, 'de');
    expect(called()).toEqual(['a', 'bcd']);
  });

  it('fail when they take too long, and others are made', async () => {
    const tooLate = () => new Error('too late');
    const settings = { lanes: 1, lateMs: 50, ordersMax: 10, timeLimit: { ms: 10_000, tooLate } };
    const coalescer = new Coalescer(call, settings);
    const hung = expect(coalescer.ask('a')).rejects.toThrow('too late');
    await turn();
    const next = await ask(coalescer, 'b');
    expect(called()).toEqual(['a']);
    jest.advanceTimersByTime(10_000);
    await hung;
    await turn();
    expect(called()).toEqual(['a', 'b']);
    calls[1]?.answer();
    expect(await next.answers).toEqual(['b!']);
  });
});
