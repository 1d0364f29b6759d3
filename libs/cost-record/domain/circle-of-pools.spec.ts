import { circleThrough } from './circle-of-pools.js';
import type { SharedPolicy } from './shared-policy.js';

const over = (pool: string, pools: string[], validFrom = 0, version = 1): SharedPolicy => ({
  ...{ pool, version, validFrom },
  split: { over: 'pools', by: 'even', pools },
});

describe('circleThrough', () => {
  it('finds none where cost only goes down, by whatever ways', () => {
    const policies = [over('staff', ['net', 'disk']), over('net', ['disk', 'h100']), over('disk', ['h100', 'a100'])];
    expect(circleThrough('staff', policies, 0)).toBeUndefined();
    expect(circleThrough('disk', policies, 0)).toBeUndefined();
  });

  it('names the shortest way back, a pool that names itself too', () => {
    const policies = [over('staff', ['h100', 'net']), over('net', ['disk', 'staff']), over('disk', ['staff'])];
    expect(circleThrough('staff', policies, 0)).toEqual({ pools: ['staff', 'net', 'staff'], at: 0 });
    expect(circleThrough('disk', policies, 0)).toEqual({ pools: ['disk', 'staff', 'net', 'disk'], at: 0 });
    expect(circleThrough('a', [over('a', ['a'])], 0)).toEqual({ pools: ['a', 'a'], at: 0 });
  });

  it('looks at each instant by the policies that hold then, from the given one on', () => {
    const policies = [over('a', ['b']), over('b', ['a'], 100), over('b', ['h100'], 200, 2), over('b', ['h100'], 0)];
    expect(circleThrough('b', policies, 100)).toEqual({ pools: ['b', 'a', 'b'], at: 100 });
    expect(circleThrough('b', policies, 0)).toEqual({ pools: ['b', 'a', 'b'], at: 100 });
    expect(circleThrough('b', policies, 200)).toBeUndefined();
  });

  it('does not go through pools that a split names by agreement and others over teams', () => {
    const split = { over: 'pools', by: 'fixed', shares: [{ pool: 'b', percent: 100_000_000n }] } as const;
    const policies: SharedPolicy[] = [
      { pool: 'a', version: 1, validFrom: 0, split },
      { pool: 'b', version: 1, validFrom: 0, split: { over: 'teams', by: 'even' } },
    ];
    expect(circleThrough('a', policies, 0)).toBeUndefined();
    expect(circleThrough('b', [...policies, over('b', ['a'], 0, 2)], 0)?.pools).toEqual(['b', 'a', 'b']);
  });
});
