import fc from 'fast-check';
import { countOf, fieldOf } from './ask.js';

describe('the field of a count', () => {
  it('says which count it is of, whatever its subject is called', () => {
    const count = fc.record({
      accountId: fc.constant(7),
      seriesId: fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }).map(String),
      subject: fc.string({ unit: 'binary' }),
      start: fc.integer({ min: 0, max: Date.UTC(9998, 0, 1) }),
    });
    fc.assert(fc.property(count, (name) => expect(countOf(7, fieldOf(name))).toEqual(name)));
  });

  it.each(['', 'held', '1/2', 'one/2/', '1/two/', `${'1'.repeat(19)}/2/`])('is not %j', (field) => {
    expect(countOf(7, field)).toBeUndefined();
  });
});
