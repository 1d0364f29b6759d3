import fc from 'fast-check';
import { PERCENT_SCALE, toTeamShares, WHOLE_PERCENT } from '#cost-record/domain';
import { evenIdle, fixedIdle, reservedIdle } from './idle-shares.js';

const percents = (shares: Record<string, bigint>) =>
  toTeamShares(Object.entries(shares).map(([team, percent]) => [team, percent * PERCENT_SCALE]));
const reserved = (shares: Record<string, bigint>, idle: bigint, used: Record<string, bigint>) => {
  const found = reservedIdle({ shares: percents(shares), idle, usedBy: new Map(Object.entries(used)) });
  const owners = found.owners.map(({ team, weight }) => [team, weight / WHOLE_PERCENT]);
  return [...owners, ['unreserved', found.unreserved / WHOLE_PERCENT]];
};

describe('idle shares', () => {
  it('are even over users, or as agreed', () => {
    expect(evenIdle(['a', 'b'])).toEqual([
      { team: 'a', weight: 1n },
      { team: 'b', weight: 1n },
    ]);
    expect(fixedIdle(percents({ b: 40n, a: 60n }))).toEqual([
      { team: 'a', weight: 60_000_000n },
      { team: 'b', weight: 40_000_000n },
    ]);
  });

  it('of reserved capacity are what owners left unused, the rest is unreserved', () => {
    // Of $1,000: a reserved 500 and used 300, b reserved 200 and used nothing, c used 100 without a reservation.
    expect(reserved({ a: 50n, b: 20n }, 600n, { a: 300n, c: 100n })).toEqual([
      ['a', 200n],
      ['b', 200n],
      ['unreserved', 200n],
    ]);
  });

  it('shrink where others worked on reserved capacity, and are none for who used all of it', () => {
    expect(reserved({ a: 60n, b: 40n }, 100n, { a: 700n, c: 200n })).toEqual([
      ['a', 0n],
      ['b', 400n],
      ['unreserved', 0n],
    ]);
  });

  it('give each owner no more than it left unused', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 18n });
    const shares = fc.tuple(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 1n, max: 50n }));
    fc.assert(
      fc.property(shares, amount, amount, amount, ([a, b], idle, usedA, usedC) => {
        const usedBy = new Map([
          ['a', usedA],
          ['c', usedC],
        ]);
        const found = reservedIdle({ shares: percents({ a, b }), idle, usedBy });
        const total = found.owners.reduce((sum, { weight }) => sum + weight, found.unreserved);
        expect(total).toBeGreaterThanOrEqual(idle * WHOLE_PERCENT);
        for (const { team, weight } of found.owners) {
          const share = (team === 'a' ? a : b) * PERCENT_SCALE;
          const reservedCost = share * (idle + usedA + usedC);
          const unused = reservedCost - (usedBy.get(team) ?? 0n) * WHOLE_PERCENT;
          expect(weight).toBe(unused > 0n ? unused : 0n);
        }
      }),
    );
  });
});
