import fc from 'fast-check';
import { versionAt } from './version-at.js';

describe('versionAt', () => {
  it('takes the latest start, of one start the highest version, in whatever order they come', () => {
    const starts = fc.uniqueArray(fc.tuple(fc.nat(20), fc.nat(50)), {
      selector: ([, version]) => version,
      maxLength: 10,
    });
    fc.assert(
      fc.property(starts, fc.nat(25), (list, at) => {
        const versions = list.map(([validFrom, version]) => ({ validFrom, version }));
        const expected = versions
          .filter(({ validFrom }) => validFrom <= at)
          .sort((a, b) => b.validFrom - a.validFrom || b.version - a.version)[0];
        expect(versionAt(versions, at)).toEqual(expected);
      }),
    );
  });
});
