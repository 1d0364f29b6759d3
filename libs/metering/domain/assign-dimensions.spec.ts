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
  keepsSources: false,
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

  it('gives what is not text a dimension of its own, and counts its size to the request', () => {
    const audio = { modality: 'audio', tokens: [60, 0, 0, 0, 5, 0] } as const;
    const image = { modality: 'image', tokens: [0, 0, 0, 0, 5, 0] } as const;
    const events = [
      usageEvent({ tokens: [40, 0, 0, 0, 1, 0], extras: { parts: [audio, image], units: [] } }),
      usageEvent(),
      usageEvent({ tokens: [41, 0, 0, 0, 1, 0], extras: { parts: [audio], units: [] } }),
      usageEvent({ extras: { parts: [], units: [{ unit: 'images', quantity: 1 }] } }),
    ];
    const { dimensions, places, partPlaces } = assignDimensions(events, rules);
    expect(dimensions.map(({ dimension: { contextFrom, modality } }) => [contextFrom, modality])).toEqual([
      [100n, null],
      [0n, null],
      [100n, 'audio'],
      [100n, 'image'],
    ]);
    expect(places).toEqual([0, 1, 0, 1]);
    expect([...partPlaces]).toEqual([
      [0, [2, 3]],
      [2, [2]],
    ]);
    expect(new Set(dimensions.map(({ dimensionKey }) => dimensionKey)).size).toBe(4);
  });

  it('keeps apart by source what is of an unknown team, where sources are kept', () => {
    const subject = { ...usageEvent().subject, team: 'new' };
    const events = [usageEvent({ subject }), usageEvent({ subject, source: 'other' }), usageEvent({ source: 'other' })];
    const sourcesOf = (keepsSources: boolean) =>
      assignDimensions(events, { ...rules, keepsSources }).dimensions.map(({ dimension: { team, source } }) => [
        team,
        source,
      ]);
    expect(sourcesOf(true)).toEqual([
      ['new', 'gateway'],
      ['new', 'other'],
      ['search', null],
    ]);
    expect(sourcesOf(false)).toEqual([
      ['new', null],
      ['search', null],
    ]);
  });

  it('keys text as it did before there was anything else', () => {
    const [text] = assignDimensions([usageEvent()], rules).dimensions;
    expect(JSON.parse(text?.dimensionKey ?? '')).toHaveLength(13);
  });

  it('gives a team that the directory does not know no cost centre', () => {
    const { dimensions } = assignDimensions([usageEvent({ subject: { ...usageEvent().subject, team: 'new' } })], rules);
    expect(dimensions).toMatchObject([{ dimension: { team: 'new', costCenter: null, serviceTier: 'standard' } }]);
  });
});
