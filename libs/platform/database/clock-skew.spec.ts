import { clockSkewMs } from './clock-skew.js';

describe('the skew between two clocks', () => {
  it('is what the round trip cannot explain', () => {
    expect(clockSkewMs(1_005, 1_000, 1_010)).toBe(0);
    expect(clockSkewMs(4_000, 1_000, 1_010)).toBe(2_990);
    expect(clockSkewMs(500, 1_000, 1_010)).toBe(500);
  });
});
