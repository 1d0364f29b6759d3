import { JoinedStretches } from './joined-stretches.js';

describe('JoinedStretches', () => {
  it('joins what follows without a gap in the same number, whatever else stands beside it', () => {
    const stretches = new JoinedStretches<string>();
    stretches.add('a', 1n, 0, 10);
    stretches.add('b', 1n, 0, 10);
    stretches.add('a', 1n, 10, 20);
    stretches.add('b', 2n, 10, 20);
    stretches.add('a', 1n, 30, 40);
    stretches.add('a', 1n, 40, 50);
    const list = stretches.list().map(({ of, instanceMicros, from, to }) => [of, instanceMicros, from, to]);
    expect(new Set(list)).toEqual(
      new Set([
        ['a', 1n, 0, 20],
        ['a', 1n, 30, 50],
        ['b', 1n, 0, 10],
        ['b', 2n, 10, 20],
      ]),
    );
  });
});
