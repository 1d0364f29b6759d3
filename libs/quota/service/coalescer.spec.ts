import { Coalescer } from './coalescer.js';

describe('calls that are made together', () => {
  it('fail when they take too long, and others are made', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      const answers: ((of: string[]) => void)[] = [];
      const call = () => new Promise<string[]>((resolve) => answers.push(resolve));
      const tooLate = () => new Error('too late');
      const coalescer = new Coalescer(call, { lanes: 1, ordersMax: 10, timeLimit: { ms: 10_000, tooLate } });
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      const hung = coalescer.ask('a');
      const failed = expect(hung).rejects.toThrow('too late');
      await turn();
      const next = coalescer.ask('b');
      await turn();
      expect(answers).toHaveLength(1);
      jest.advanceTimersByTime(10_000);
      await failed;
      await turn();
      expect(answers).toHaveLength(2);
      answers[1]?.(['answered']);
      expect(await next).toBe('answered');
    } finally {
      jest.useRealTimers();
    }
  });
});
