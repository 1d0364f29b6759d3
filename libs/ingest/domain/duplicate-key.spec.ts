import fc from 'fast-check';
import { duplicateKeyIn } from './duplicate-key.js';

describe('duplicateKeyIn', () => {
  it.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"t":{"x":1,"y":{"z":1},"x":2}}', '/t/x'],
    ['{"l":[1,{"k":1},{"k":1,"k":2}]}', '/l/2/k'],
    ['{"a/b~c":1,"a/b~c":2}', '/a~1b~0c'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['{"s":"\\"a\\":1,\\"a\\"","t":"{\\"t\\":1"}', undefined],
    ['{"a":{"a":{"a":1}},"b":["a","a"]}', undefined],
  ])('%s', (text, pointer) => {
    expect(duplicateKeyIn(text)).toBe(pointer);
  });

  it('reads strings of any length', () => {
    const long = `${'x'.repeat(8_000_000)}${'\\"'.repeat(2_000_000)}`;
    expect(duplicateKeyIn(`{"s":"${long}","t":1}`)).toBeUndefined();
    expect(duplicateKeyIn(`{"t":0,"s":"${long}","t":1}`)).toBe('/t');
  });

  it('finds none in what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(duplicateKeyIn(JSON.stringify(value))).toBeUndefined()));
  });
});
