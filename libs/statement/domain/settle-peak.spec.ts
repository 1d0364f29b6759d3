import fc from 'fast-check';
import { usageOf } from '../../rating/domain/testing.js';
import { billInputsOf, draftOf, quarter, recordOf } from './testing.js';

const inputs = billInputsOf({
  teams: ['big', 'small'],
  pools: [
    {
      pool: 'h100',
      policies: [{ pool: 'h100', version: 1, validFrom: 0, attribution: { basis: 'peak' }, idle: 'separate' }],
      records: [recordOf({ quarters: 4 })],
    },
  ],
});
const used = (team: string, at: number, input: bigint, project: string | null = null) =>
  usageOf({ chargePeriod: quarter(at), dimension: { team, project, pool: 'h100' }, tokens: { inputUncached: input } });
const effective = (usage: readonly ReturnType<typeof usageOf>[]) =>
  draftOf(inputs, usage).teams.map(({ team, total }) => [team, total.effective]);

describe('the basis peak', () => {
  it('charges all used quarters by the largest quarter of each team, wherever in the month it was', () => {
    // Demands 30 and 90 of 3 x $13.76: small pays half of a third, big the rest.
    const usage = [used('small', 0, 10n), used('small', 1, 30n), used('big', 1, 90n), used('big', 2, 1n)];
    expect(effective(usage)).toEqual([
      ['big', 34_400_000_000_000n],
      ['platform', 13_760_000_000_000n],
      ['small', 6_880_000_000_000n],
    ]);
  });

  it("shows a team's part on its own lines by tokens, and counts its usage once", () => {
    const usage = [used('big', 0, 10n, 'x'), used('big', 1, 20n, 'x'), used('big', 2, 10n, 'y')];
    const { teams, pools } = draftOf(inputs, usage);
    const lines = teams.find(({ team }) => team === 'big')?.lines ?? [];
    expect(lines.map((line) => [line.project, line.requests, line.tokens?.inputUncached, line.effective])).toEqual([
      ['x', 2n, 30n, 30_960_000_000_000n],
      ['y', 1n, 10n, 10_320_000_000_000n],
    ]);
    expect(pools.map(({ unexplained }) => unexplained)).toEqual([0n]);
  });

  it('is idle where no token was used', () => {
    expect(effective([used('big', 0, 0n)])).toEqual([
      ['big', 0n],
      ['platform', 55_040_000_000_000n],
    ]);
  });

  it('does not depend on the order of usage', () => {
    const row = fc
      .record({
        team: fc.constantFrom('big', 'small', 'stranger'),
        at: fc.nat(3),
        tokens: fc.bigInt({ min: 0n, max: 10n ** 9n }),
      })
      .map(({ team, at, tokens }) => ({ key: `${team} ${at}`, row: used(team, at, tokens) }));
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ key }) => key, maxLength: 8 }), (list) => {
        const usage = list.map((item) => item.row);
        expect(draftOf(inputs, [...usage].reverse())).toEqual(draftOf(inputs, usage));
      }),
    );
  });
});
