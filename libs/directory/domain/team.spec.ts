import { costCenterAt } from './team.js';

describe('costCenterAt', () => {
  const versions = [
    { version: 1, validFrom: 0, costCenter: 'A' },
    { version: 2, validFrom: 100, costCenter: 'B' },
    { version: 3, validFrom: 50, costCenter: null },
    { version: 4, validFrom: 100, costCenter: 'C' },
  ];

  it('takes the latest start at or before the instant', () => {
    expect(costCenterAt(versions, 49)).toBe('A');
    expect(costCenterAt(versions, 50)).toBeNull();
    expect(costCenterAt(versions, 99)).toBeNull();
  });

  it('takes the highest version of one start, in whatever order they come', () => {
    expect(costCenterAt(versions, 100)).toBe('C');
    expect(costCenterAt([...versions].reverse(), 1000)).toBe('C');
  });

  it('knows none before the first and for a team without versions', () => {
    expect(costCenterAt(versions, -1)).toBeNull();
    expect(costCenterAt([], 0)).toBeNull();
  });
});
