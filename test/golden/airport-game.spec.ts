import { peakShares } from '#allocation';
import { splitByLargestRemainder } from '#money';
import { usageOf } from '../../libs/rating/domain/testing.js';
import { billInputsOf, draftOf, quarter, recordOf } from '../../libs/statement/domain/testing.js';
import { dollars } from './figures.js';

/** The airport game as textbooks have it: aircraft that need runways of 8, 11, 13 and 18 pay 2, 3, 4 and 9 for the one of 18. */
const RUNWAYS = new Map([
  ['D', 18n],
  ['A', 8n],
  ['C', 13n],
  ['B', 11n],
]);
const PAID = [
  ['A', 2n],
  ['B', 3n],
  ['C', 4n],
  ['D', 9n],
] as const;

describe('the airport game', () => {
  it('pays each step of the runway evenly by all who need it', () => {
    const shares = peakShares(RUNWAYS);
    const paid = splitByLargestRemainder(18n, shares);
    expect(shares.map(({ key }, i) => [key, paid?.[i]])).toEqual(PAID);
  });

  it('splits $18 of a pool so when the runways are the largest quarters of an hour of four teams', () => {
    const attribution = { basis: 'peak' } as const;
    const inputs = billInputsOf({
      teams: [...RUNWAYS.keys()],
      pools: [
        {
          pool: 'h100',
          policies: [{ pool: 'h100', version: 1, validFrom: 0, attribution, idle: 'separate' }],
          records: [recordOf({ quarters: 4, hourlyRate: dollars('18') })],
        },
      ],
    });
    // Each team peaks in a quarter of its own and does little in another.
    const usage = [...RUNWAYS].flatMap(([team, runway], i) =>
      [runway, 1n].map((output, later) =>
        usageOf({
          chargePeriod: quarter((i + later) % 4),
          dimension: { team, pool: 'h100' },
          tokens: { output: output * 1_000_000n },
        }),
      ),
    );
    const { teams } = draftOf(inputs, usage);
    expect(teams.map(({ team, total }) => [team, total.effective])).toEqual(
      PAID.map(([team, paid]) => [team, paid * dollars('1')]),
    );
  });
});
