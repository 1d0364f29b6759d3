import type { SharedSplit } from '#cost-record/domain';
import { stretchesOf } from './stretches.js';

const pool = (name: string, ...policies: (readonly [validFrom: number, to: string[]])[]) => ({
  pool: name,
  policies: policies.map(([validFrom, to], i) => {
    const split: SharedSplit =
      to.length === 0 ? { over: 'teams', by: 'even' } : { over: 'pools', by: 'even', pools: to };
    return { pool: name, version: i + 1, validFrom, split };
  }),
});

describe('stretchesOf', () => {
  const net = pool('net', [0, ['disk']], [30, ['h100']]);
  const disk = pool('disk', [20, ['staff']]);
  const staff = pool('staff', [10, []], [20, []], [60, []]);
  const other = pool('other', [40, ['net']]);
  const all = [net, disk, staff, other];

  it('cuts where a policy begins of the pool or of one that its cost may come to', () => {
    expect(stretchesOf(net, all, 5, 50)).toEqual([
      [5, 10],
      [10, 20],
      [20, 30],
      [30, 50],
    ]);
    expect(stretchesOf(staff, all, 0, 100)).toEqual([
      [0, 10],
      [10, 20],
      [20, 60],
      [60, 100],
    ]);
  });

  it('cuts nothing at its ends, nor for pools that it does not come to', () => {
    expect(stretchesOf(staff, all, 20, 60)).toEqual([[20, 60]]);
    expect(stretchesOf(pool('alone'), all, 0, 100)).toEqual([[0, 100]]);
  });

  it('ends where pools go round in a circle', () => {
    const round = [pool('a', [1, ['b']]), pool('b', [2, ['a']])];
    expect(stretchesOf(round[0] ?? net, round, 0, 3)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });
});
