import { csvRows } from './csv-rows.js';
import { ROWS_MAX } from './table-columns.js';

const COLUMNS = { required: ['a', 'b'], optional: ['c'] };
const BODY_MAX = 4_000_000;
const read = (text: string) => csvRows(Buffer.from(text), COLUMNS);
const codeOf = (text: string) => {
  const rows = read(text);
  return rows.ok ? rows.value.length : [rows.failure.code, rows.failure.detail];
};

describe('csvRows', () => {
  it('reads rows by the header, wherever its columns stand, and knows their lines', () => {
    const rows = read('\ufeffB,a\r\n1,"x, ""y"""\r\n\r\n,2\r\n');
    expect(rows.ok && rows.value.map(({ place, values }) => [place, values])).toEqual([
      ['line 2', { b: '1', a: 'x, "y"' }],
      ['line 4', { a: '2' }],
    ]);
  });

  it('takes as many rows as the bound, and not one more', () => {
    expect(codeOf(`a,b\n${'1,2\n'.repeat(ROWS_MAX)}`)).toBe(ROWS_MAX);
    expect(codeOf(`a,b\n${'1,2\n'.repeat(ROWS_MAX + 1)}`)).toMatchObject(['table.too_many_rows', expect.anything()]);
  });

  it.each([
    ['rows without end', 'a\n'.repeat(BODY_MAX / 2), 'table.bad_header', 'column b is missing'],
    ['short rows without end', `a,b\n${'1\n'.repeat(BODY_MAX / 2)}`, 'table.bad_csv', 'Line 2 has 1 values'],
    ['a header without end', ','.repeat(BODY_MAX), 'table.bad_csv', 'Line 1 has more than'],
    ['a row without end', `a,b\r\n1,2\r\n${','.repeat(BODY_MAX)}`, 'table.bad_csv', 'Line 3 has more than'],
    ['nothing but line breaks', '\n'.repeat(BODY_MAX), 'table.no_rows', ''],
  ])('refuses a body of %s before it has cost much', (_, text, code, detail) => {
    expect(codeOf(text)).toEqual([code, expect.stringContaining(detail)]);
  });
});
