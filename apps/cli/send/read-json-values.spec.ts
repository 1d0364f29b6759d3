import fc from 'fast-check';
import { readJsonValues } from './read-json-values.js';

async function read(text: string, cut = 7) {
  const bytes = new TextEncoder().encode(text);
  async function* chunks() {
    for (let from = 0; from < bytes.length; from += cut) yield bytes.subarray(from, from + cut);
  }
  const values: string[] = [];
  const faults: string[] = [];
  const notes = {
    onFault: (place: number, fault: string) => void faults.push(`${place} ${fault}`),
    isDone: () => false,
  };
  for await (const { json } of readJsonValues(chunks(), notes)) values.push(json);
  return { values, faults };
}

describe('readJsonValues', () => {
  it('gives every element of a list on one line, however it is indented and the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.constantFrom(0, 2),
        fc.integer({ min: 1, max: 50 }),
        async (list, indent, cut) => {
          const { values, faults } = await read(JSON.stringify(list, null, indent), cut);
          expect(faults).toEqual([]);
          expect(values.map((value): unknown => JSON.parse(value))).toEqual(
            list.map((value): unknown => JSON.parse(JSON.stringify(value))),
          );
          expect(values.join('')).not.toMatch(/[\r\n]/);
        },
      ),
    );
  });

  it('gives one object, and objects one after another', async () => {
    expect((await read('{\n "a": 1\n}\n')).values).toEqual(['{  "a": 1 }']);
    expect((await read('{"a":[1,2]}{"b":2}\n{"c":3}')).values).toEqual(['{"a":[1,2]}', '{"b":2}', '{"c":3}']);
  });

  it('keeps digits and doubled keys as they are written', async () => {
    expect((await read('[{"n":12345678901234567890.10,"n":1}]')).values).toEqual([
      '{"n":12345678901234567890.10,"n":1}',
    ]);
  });

  it('passes on what is no object, for the server to refuse', async () => {
    expect((await read('[1, "x", null, {"a":1}]')).values).toEqual(['1', '"x"', 'null', '{"a":1}']);
  });

  it('names a value that does not end, and one with a line break in a text', async () => {
    expect(await read('[{"a":1},{"b":')).toEqual({ values: ['{"a":1}'], faults: ['2 ends before it is complete'] });
    expect((await read('[{"a":"x\ny"},{"b":1}]')).faults).toEqual([
      '1 has a line break within a text, which JSON does not allow',
    ]);
  });
});
