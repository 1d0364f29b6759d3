import fc from 'fast-check';
import { type FileLine, LONGEST_LINE, readLines } from './read-lines.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

async function linesOf(bytes: Uint8Array, cuts: readonly number[] = []): Promise<FileLine[]> {
  async function* chunks() {
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      yield bytes.subarray(from, cut);
      from = cut;
    }
  }
  const lines: FileLine[] = [];
  for await (const line of readLines(chunks())) lines.push(line);
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, i) => i + 1));
  expect(lines.reduce((sum, line) => sum + line.bytes, 0)).toBe(bytes.length);
  return lines;
}

const textsOf = async (text: string) => (await linesOf(utf8(text))).map((line) => line.text);

describe('readLines', () => {
  it('takes LF and CRLF, and a last line without either', async () => {
    expect(await textsOf('a\r\nb\n\nc')).toEqual(['a', 'b', '', 'c']);
    expect(await textsOf('a\n')).toEqual(['a']);
    expect(await textsOf('a\r')).toEqual(['a\r']);
    expect(await textsOf('')).toEqual([]);
  });

  it('leaves off a byte order mark, at the beginning only', async () => {
    expect(await textsOf('\uFEFFa\n\uFEFFb')).toEqual(['a', '\uFEFFb']);
  });

  it('gives the same lines however the stream is cut, also within a character', async () => {
    const text = fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n\uFEFF]/g, ''));
    await fc.assert(
      fc.asyncProperty(fc.array(text), fc.array(fc.nat(200)), async (texts, places) => {
        const bytes = utf8(texts.map((line) => `${line}\n`).join(''));
        const cuts = places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b);
        expect((await linesOf(bytes, cuts)).map((line) => line.text)).toEqual(texts);
      }),
    );
  });

  it('names a line that is not UTF-8, and reads on after it', async () => {
    const lines = await linesOf(Buffer.concat([utf8('a\n'), Buffer.from([0xc3, 0x28, 0x0a]), utf8('b')]));
    expect(lines.map(({ text, fault }) => [text, fault])).toEqual([
      ['a', undefined],
      ['', 'is not UTF-8'],
      ['b', undefined],
    ]);
  });

  it('names a line without an end, keeps none of it, and reads on after it', async () => {
    const bytes = Buffer.concat([Buffer.alloc(LONGEST_LINE + 1, 'x'), utf8('\nnext\n')]);
    const cuts = Array.from({ length: 5 }, (_, i) => i * 1024 * 1024);
    const lines = await linesOf(bytes, cuts);
    expect(lines.map(({ text, fault }) => [text, fault])).toEqual([
      ['', `is longer than ${LONGEST_LINE} bytes`],
      ['next', undefined],
    ]);
  });
});
