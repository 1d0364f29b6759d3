import fc from 'fast-check';
import { matchesPattern } from './name-pattern.js';

describe('a pattern of names', () => {
  it.each([
    ['gpt-5', 'gpt-5', true],
    ['gpt-5', 'gpt-5-mini', false],
    ['gpt-5*', 'gpt-5-mini', true],
    ['gpt-5*', 'gpt-5', true],
    ['*mini', 'gpt-5-mini', true],
    ['gpt*mini', 'gpt-mini', true],
    ['gpt*mini', 'gptmin', false],
    ['a*ba', 'aba', true],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['*4*o*', 'gpt-4o-mini', true],
    ['*o*4*', 'gpt-4o-mini', false],
    ['.*', 'gpt', false],
    ['', 'gpt', false],
    ['1234', '1234', true],
    ['*34', '1234', true],
    ['1*3*5', '12345', true],
    ['1*5*3', '12345', false],
    ['*a*a*', 'a', false],
    ['', '', true],
    ['*', null, false],
  ])('%s, of %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(pattern, name)).toBe(expected);
  });

  it('means what the regular expression of the same text does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    fc.assert(
      fc.property(text, name, (pattern, of) => {
        expect(matchesPattern(pattern, of)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(of));
      }),
      { numRuns: 2_000 },
    );
  });
});
