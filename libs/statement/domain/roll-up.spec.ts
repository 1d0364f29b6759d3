import fc from 'fast-check';
import { outputWeight } from '../../allocation/domain/testing.js';
import { usageOf } from '../../rating/domain/testing.js';
import { businessUnitsAt } from './business-unit.js';
import { ROLL_UP_LEVELS, rollUp } from './roll-up.js';
import { billInputsOf, draftOf, quarter, recordOf } from './testing.js';

const DAY = 86_400_000;
const version = (number: number, validFrom: number, businessUnit: string | null) => {
  return { version: number, validFrom, businessUnit };
};
const inUnit = (costCenter: string, businessUnit: string | null) => {
  return { costCenter, versions: [version(1, 0, businessUnit)] };
};

describe('businessUnitsAt', () => {
  it('takes what holds as the period ends, exclusive', () => {
    const end = 31 * DAY;
    const costCenters = [
      { costCenter: 'cc-1', versions: [version(1, 0, 'retail'), version(2, end - 1, 'cloud'), version(3, end, 'ads')] },
      { costCenter: 'cc-2', versions: [version(1, 0, 'retail'), version(2, DAY, null)] },
      { costCenter: 'cc-3', versions: [version(1, end, 'ads')] },
    ];
    expect(businessUnitsAt(costCenters, end)).toEqual([{ costCenter: 'cc-1', businessUnit: 'cloud' }]);
  });
});

describe('rollUp', () => {
  const policies = [
    { pool: 'h100', version: 1, validFrom: 0, attribution: outputWeight(2_000_000n), idle: 'separate' },
  ] as const;
  const used = (team: string, costCenter: string | null, tokens: number) =>
    usageOf({
      chargePeriod: quarter(tokens % 3),
      dimension: { team, costCenter, pool: 'h100' },
      tokens: { inputUncached: BigInt(tokens) },
    });
  const draftFrom = (usage: Parameters<typeof draftOf>[1]) =>
    draftOf(
      billInputsOf({
        teams: ['a', 'b', 'c'],
        pools: [{ pool: 'h100', policies, records: [recordOf()] }],
        costCenters: [inUnit('cc-1', 'retail'), inUnit('cc-2', 'retail'), inUnit('cc-3', null)],
      }),
      usage,
    );

  it('puts each line where its cost centre is, also of one team in two', () => {
    const draft = draftFrom([used('a', 'cc-1', 3), used('a', 'cc-2', 3), used('b', 'cc-3', 3), used('c', null, 3)]);
    const rows = ROLL_UP_LEVELS.map((level) =>
      rollUp(draft, level).map(({ name, teams, costCenters, total }) => [name, teams, costCenters, total.billed]),
    );
    expect(rows).toEqual([
      [
        ['cc-1', ['a'], ['cc-1'], 344n],
        ['cc-2', ['a'], ['cc-2'], 344n],
        ['cc-3', ['b'], ['cc-3'], 344n],
        // The quarters of an hour that nobody used are the platform team's, which has no cost centre either.
        [null, ['c', 'platform'], [], 344n + 4128n],
      ],
      [
        ['retail', ['a'], ['cc-1', 'cc-2'], 688n],
        [null, ['b', 'c', 'platform'], ['cc-3'], 344n + 344n + 4128n],
      ],
      [['default', ['a', 'b', 'c', 'platform'], ['cc-1', 'cc-2', 'cc-3'], 5504n]],
    ]);
  });

  it('sums to the month on every level, whatever teams and cost centres there are', () => {
    const usage = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('cc-1', 'cc-2', 'cc-3', null), fc.nat(1_000)),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(usage, (rows) => {
        const draft = draftFrom(rows.map(([team, costCenter, tokens]) => used(team, costCenter, tokens)));
        for (const level of ROLL_UP_LEVELS) {
          const ups = rollUp(draft, level);
          const sum = (of: (up: (typeof ups)[number]) => bigint) => ups.reduce((total, up) => total + of(up), 0n);
          expect(sum(({ total }) => total.billed)).toBe(draft.summary.total.billed);
          expect(sum(({ total }) => total.effective)).toBe(draft.summary.total.effective);
          expect(sum(({ byKind }) => byKind.used.billed)).toBe(draft.summary.byKind.used.billed);
          expect(sum(({ usage: { requests } }) => requests)).toBe(draft.summary.usage.requests);
        }
      }),
    );
  });
});
