import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { RecordCounter } from './count-records.js';

function rowsOf(text: string, cut = text.length): number | undefined {
  const counter = new RecordCounter();
  const bytes = new TextEncoder().encode(text);
  counter.add(bytes.subarray(0, cut));
  counter.add(bytes.subarray(cut));
  return counter.rows;
}

describe('RecordCounter', () => {
  it('counts what a CSV writer wrote, whatever the cells hold and wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.constantFrom('a\r\nb', '"', '""\n', ',')), { maxLength: 30 }),
        fc.nat(100),
        (rows, cut) => {
          const text = stringify([['one', 'two'], ...rows], { record_delimiter: 'windows' });
          expect(rowsOf(text, Math.min(cut, text.length))).toBe(rows.length);
        },
      ),
    );
  });

  it('does not take a part for the whole', () => {
    expect(rowsOf('a,b\r\n1,2')).toBeUndefined();
    expect(rowsOf('a,b\r\n1,"x\r\n')).toBeUndefined();
    expect(rowsOf('')).toBeUndefined();
  });
});
