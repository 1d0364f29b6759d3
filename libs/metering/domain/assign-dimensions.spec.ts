import type { TeamInputs } from '#directory/domain';
import { assignDimensions, type DimensionRules } from './assign-dimensions.js';
import { usageEvent } from './testing.js';

const versions = [
  { version: 1, validFrom: Date.UTC(2026, 0, 1), costCenter: 'CC-1' },
  { version: 2, validFrom: Date.UTC(2026, 1, 1), costCenter: 'CC-2' },
];
const search: TeamInputs = { team: 'search', versions };
const rules: DimensionRules = {
  teams: new Map([['search', search]]),
  breakpoints: [100, 200],
  billableTags: ['env', 'cell'],
};
const micros = (...args: [number, number, number?]) => Date.UTC(...args) * 1000;

describe('assignDimensions', () => {
  it('writes down the cost centre of the time of the event', () => {
    const times = [micros(2025, 11, 31), micros(2026, 0, 1), micros(2026, 1, 1), micros(2026, 0, 20)];
    const { dimensions, places } = assignDimensions(
      times.map((occurredAt) => usageEvent({ occurredAt })),
      rules,
    );
    expect(places.map((place) => dimensions[place]?.dimension.costCenter)).toEqual([null, 'CC-1', 'CC-2', 'CC-1']);
    expect(dimensions).toHaveLength(3);
  });

  it('classes a request by all of its input, cached or not', () => {
    const inputs = [
      [99, 0, 0, 0],
      [50, 50, 0, 0],
      [0, 0, 100, 99],
      [1, 1, 1, 200],
      [0, 0, 0, 0],
    ];
    const events = inputs.map((input) => usageEvent({ tokens: [...input, 1_000, 1_000] }));
    const { dimensions, places } = assignDimensions(events, rules);
    expect(places.map((place) => dimensions[place]?.dimension.contextFrom)).toEqual([0n, 100n, 100n, 200n, 0n]);
  });

  it('keeps billable tags apart and no others', () => {
    const tags = [{ env: 'a', x: '1' }, { x: '2', env: 'a' }, { cell: 'b', env: 'a' }, { x: '3' }, null];
    const { dimensions, places } = assignDimensions(
      tags.map((tag) => usageEvent({ tags: tag })),
      rules,
    );
    expect(places).toEqual([0, 0, 1, 2, 2]);
    expect(dimensions.map(({ dimension }) => dimension.billableTags)).toEqual([
      { env: 'a' },
      { cell: 'b', env: 'a' },
      {},
    ]);
  });

  it('gives a team that the directory does not know no cost centre', () => {
    const { dimensions } = assignDimensions([usageEvent({ subject: { ...usageEvent().subject, team: 'new' } })], rules);
    expect(dimensions).toMatchObject([{ dimension: { team: 'new', costCenter: null, serviceTier: 'standard' } }]);
  });
});
