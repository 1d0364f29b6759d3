import { EXIT } from '../exit-code.js';
import { parseThroughput, parseWeights } from './weights.js';

describe('parseWeights', () => {
  it('reads weights as they are written', () => {
    expect(parseWeights('inputUncached=1,cacheRead=0.1, output=2')).toEqual({
      inputUncached: '1',
      cacheRead: '0.1',
      output: '2',
    });
  });

  it.each([
    ['input=1', /no token class "input"; there are inputUncached, cacheRead/],
    ['output', /pairs, not "output"/],
    ['output=1=2', /pairs/],
    ['output=', /must be a decimal/],
    ['output=-1', /must be a decimal of at least 0/],
    ['output=1e3', /must be a decimal/],
    ['output=0.0000001', /at most 6 decimals/],
    ['output=1,output=2', /names output twice/],
    ['', /pairs/],
  ])('refuses %s', (text, message) => {
    expect(() => parseWeights(text)).toThrow(
      expect.objectContaining({ exitCode: EXIT.usage, message: expect.stringMatching(message) }),
    );
  });
});

describe('parseThroughput', () => {
  it('reads both rates', () => {
    expect(parseThroughput('prefill=73700,decode=14800.5')).toEqual({
      prefillTokensPerSecond: '73700',
      decodeTokensPerSecond: '14800.5',
    });
  });

  it.each(['prefill=1', 'prefill=1,decode=2,other=3', 'prompt=1,decode=2'])('refuses %s', (text) => {
    expect(() => parseThroughput(text)).toThrow(/--throughput must be prefill=/);
  });
});
