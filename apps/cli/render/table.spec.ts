import { grouped, printable, renderTable } from './table.js';

describe('renderTable', () => {
  it('makes columns as wide as their widest cell, numbers at the right edge', () => {
    const table = renderTable(
      [{ title: 'TEAM' }, { title: 'COST', align: 'right' }, { title: 'NOTE' }],
      [
        ['search', '20.19', null],
        ['a-longer-name', 1234567, 'x'],
      ],
    );
    expect(table).toBe(
      ['TEAM                COST  NOTE', 'search             20.19', 'a-longer-name  1,234,567  x', ''].join('\n'),
    );
  });

  it('counts wide characters twice and combining ones not at all', () => {
    expect(
      renderTable(
        [{ title: 'A' }, { title: 'B' }],
        [
          ['検索', 'x'],
          ['e\u0301', 'y'],
        ],
      ),
    ).toBe('A     B\n検索  x\ne\u0301     y\n');
  });

  it('does not let text from outside steer the terminal', () => {
    expect(printable('a\u001b[31mred\u202e\n')).toBe('a\\u{1b}[31mred\\u{202e}\\u{a}');
    expect(renderTable([{ title: 'T' }], [['\u001b]0;x\u0007']])).not.toContain('\u001b');
  });
});

describe('grouped', () => {
  it.each([
    ['0', '0'],
    ['999', '999'],
    ['-1000.5', '-1,000.5'],
    ['1234567.1234567', '1,234,567.1234567'],
  ])('%s is %s', (number, text) => expect(grouped(number)).toBe(text));
});
