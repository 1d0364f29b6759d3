import fc from 'fast-check';
import { scanJson } from './json-scan.js';
import { bytesOf } from './testing.js';

const scan = (text: string) => scanJson(bytesOf(text));
const parses = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('scanJson', () => {
  it('finds each element of an array where it lies', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (values, space) => {
        const text = JSON.stringify(values, null, space);
        const bytes = bytesOf(text);
        const result = scanJson(bytes);
        if ('position' in result) throw new Error(result.detail);
        const found = result.elements.map(({ start, end }): unknown =>
          JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))),
        );
        expect(found).toEqual(JSON.parse(text));
        expect(result.isArray).toBe(true);
      }),
    );
  });

  it('counts members and depth', () => {
    expect(scan('[{"a":{"b":[1,{"c":2}]},"a":1},7,[]]')).toMatchObject({
      elements: [
        { members: 4, depth: 4 },
        { members: 0, depth: 0 },
        { members: 0, depth: 1 },
      ],
    });
  });

  it('takes exactly what JSON.parse takes', () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"\\u00e9"',
        '"\\ud83d"',
        '"\\x"',
        '"',
        '\\',
        '1',
        '-',
        '0',
        '01',
        '1.5',
        '1.',
        '.5',
      ],
      ...['1e5', '1E+', 'e', 'true', 'false', 'null', 'nul', 'NaN', ' ', '\n', '\u0000', '\u00e9', '+1', '-0', '1e400'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect([text, !('position' in scan(text))]).toEqual([text, parses(text)]);
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees on JSON with one byte changed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.integer({ min: 0, max: 127 }), (value, at, unit) => {
        const text = JSON.stringify(value);
        const i = at % text.length;
        const changed = text.slice(0, i) + String.fromCharCode(unit) + text.slice(i + 1);
        expect([changed, !('position' in scan(changed))]).toEqual([changed, parses(changed)]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['[1,2', 4, 'ends where a comma or the end of the object or array must follow'],
    ['[1,}', 3, 'has } where a value must follow'],
    ['{"a" 1}', 5, 'has 1 where a colon must follow'],
    ['{a:1}', 1, 'has a where a key in quotes or } must follow'],
    ['[1] x', 4, 'has x where nothing more must follow'],
    ['["a\nb"]', 3, 'has a control character in a string; write it escaped'],
    ['["\\q"]', 2, 'has an escape that JSON does not know'],
    ['["abc', 5, 'ends within a string'],
    ['[-]', 2, 'has ] where a digit must follow'],
    ['[NaN]', 1, 'has N where a value or ] must follow'],
    ['', 0, 'ends where a value must follow'],
  ])('says where %j is no JSON', (text, position, detail) => {
    expect(scan(text)).toEqual({ position, detail });
  });

  it('passes over a byte order mark', () => {
    expect(scanJson(Uint8Array.from([0xef, 0xbb, 0xbf, 0x5b, 0x31, 0x5d]))).toMatchObject({
      elements: [{ start: 4, end: 5 }],
    });
  });

  it('stops one beyond the most that is wanted', () => {
    const bytes = bytesOf(`[${'1,'.repeat(1_000_000)}`);
    const result = scanJson(bytes, 3);
    expect('elements' in result && result.elements).toHaveLength(4);
  });

  it('does not mind depth', () => {
    const result = scan('['.repeat(200_000) + ']'.repeat(200_000));
    expect(result).toMatchObject({ elements: [{ depth: 199_999 }] });
  });
});
