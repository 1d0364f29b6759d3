import fc from 'fast-check';
import { pathOf, skuIdOf } from './sku.js';
import { pricedLines } from './testing.js';

describe('pathOf', () => {
  it.each([
    [
      ['a/b', 'c'],
      ['a', 'b/c'],
    ],
    [['a/b'], ['a', 'b']],
    [['a/b'], ['a%2Fb']],
    [[null], ['-']],
    [['-'], ['%2D']],
  ])('tells %j from %j', (a, b) => {
    expect(pathOf(...a)).not.toBe(pathOf(...b));
  });

  it('gives different names different paths', () => {
    const name = fc.oneof(
      fc.constant(null),
      fc.string({ unit: fc.constantFrom('a', '/', '%', '-', '2', 'F', 'D', '5') }),
    );
    const names = fc.array(name, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(pathOf(...a) === pathOf(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('skuIdOf', () => {
  it('is readable where names are plain, and whole where they are not', () => {
    const skus = pricedLines().map(skuIdOf);
    expect(skus).toEqual(
      expect.arrayContaining([
        'pool/h100/llama/Cache Read Tokens',
        'pool/h100/-/Idle Capacity',
        'pool/spot/a%2Fb%25-/Output Tokens',
        'pool/spot/%2D/Output Tokens',
        'provider/openai/gpt/Requests',
      ]),
    );
  });
});
