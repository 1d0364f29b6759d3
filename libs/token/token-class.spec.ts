import { INPUT_CLASSES, inputTokens, OUTPUT_CLASSES, outputTokens, TOKEN_CLASSES } from './token-class.js';

const counts = {
  inputUncached: 1n,
  cacheRead: 20n,
  cacheWrite5m: 300n,
  cacheWrite1h: 4_000n,
  output: 50_000n,
  reasoning: 600_000n,
};

describe('token classes', () => {
  it('are input or output, each one of the two, in the order of the columns', () => {
    expect([...INPUT_CLASSES, ...OUTPUT_CLASSES]).toEqual([...TOKEN_CLASSES]);
  });

  it('add up to what was read and what was generated', () => {
    expect(inputTokens(counts)).toBe(4_321n);
    expect(outputTokens(counts)).toBe(650_000n);
  });
});
