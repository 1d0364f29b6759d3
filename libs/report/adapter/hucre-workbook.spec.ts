import { Workbook as ReadWorkbook } from 'exceljs';
import fc from 'fast-check';
import { formatMinor, formatPicos, parsePicos } from '#money';
import { correctedDraft, mixedDraft } from '../domain/focus/testing.js';
import { readFile, sourceOf } from '../domain/testing.js';
import { workbookOf } from '../domain/workbook/lines-workbook.js';
import { hucreWorkbook } from './hucre-workbook.js';

type Cell = string | number | null;
type Row = Record<string, Cell>;

/** The sheets as another library reads them: the rows by the titles of their first. */
async function read(draft = mixedDraft(), team: string | null = null) {
  const { bytes, manifest } = await readFile(workbookOf(sourceOf(draft, team), hucreWorkbook));
  const workbook = new ReadWorkbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  const rowsOf = (name: string): Row[] => {
    const table: Cell[][] = [];
    workbook.getWorksheet(name)?.eachRow((row) => table.push(Array.from(row.values as Cell[]).slice(1)));
    const [titles = [], ...rows] = table;
    return rows.map((row) => Object.fromEntries(titles.map((title, i) => [String(title), row[i] ?? null])));
  };
  return { workbook, manifest, bytes, summary: rowsOf('Summary'), lines: rowsOf('Lines'), about: rowsOf('About') };
}

const sum = (rows: readonly Row[], column: string) =>
  rows.reduce((total, row) => total + (parsePicos(String(row[column] ?? 0)) ?? -1n), 0n);

describe('the workbook', () => {
  it.each([
    ['USD', mixedDraft()],
    ['USD with corrections', correctedDraft()],
    ['JPY', mixedDraft('JPY')],
    ['KWD', mixedDraft('KWD')],
  ])('has the total of the statement on both sheets, as numbers, in %s', async (_, draft) => {
    const { summary, lines, manifest } = await read(draft);
    const total = parsePicos(formatMinor(draft.summary.total.billed, draft.currency));
    expect(sum(summary, 'total')).toBe(total);
    expect(sum(lines, 'billed_amount')).toBe(total);
    for (const row of summary) expect(typeof row.total).toBe('number');
    for (const row of lines) expect(['number', 'object']).toContain(typeof row.billed_amount);
    expect(formatPicos(sum(lines, 'effective_cost_exact'))).toBe(formatPicos(draft.summary.total.effective));
    expect(manifest.rows).toBe(lines.length);
  });

  it('shows money in the decimals of its currency', async () => {
    const format = async (currency: string) => {
      const sheet = (await read(mixedDraft(currency))).workbook.getWorksheet('Summary');
      const titles = sheet?.getRow(1).values as string[];
      return sheet?.getRow(2).getCell(titles.indexOf('total')).numFmt;
    };
    expect([await format('USD'), await format('JPY'), await format('KWD')]).toEqual(['#,##0.00', '#,##0', '#,##0.000']);
  });

  it('has text for text, never a formula', async () => {
    const { workbook, lines } = await read();
    expect(lines.some(({ team }) => team === '=b')).toBe(true);
    workbook.eachSheet((sheet) =>
      sheet.eachRow((row) =>
        row.eachCell((cell) => expect([cell.address, cell.formula]).toEqual([cell.address, undefined])),
      ),
    );
  });

  it('gives any text back, also what looks like an escape and what no XML holds', async () => {
    const piece = fc.constantFrom(
      '_x0041_',
      '_x005F_',
      '_x00e9_',
      '_',
      'x0041_',
      '\uffff',
      '\ufffe',
      '&<"',
      '😀',
      'a b',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), async (pieces) => {
        const text = pieces.join('');
        const sheet = { name: 'S', columns: [{ title: 'text' }], rows: [[text]] };
        const chunks: Uint8Array[] = [];
        for await (const chunk of hucreWorkbook({ sheets: [sheet], modifiedAt: 0 })) chunks.push(chunk);
        const workbook = new ReadWorkbook();
        await workbook.xlsx.load(new Uint8Array(Buffer.concat(chunks)).buffer);
        expect(workbook.getWorksheet('S')?.getRow(2).getCell(1).value).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('says what it is of', async () => {
    const { about } = await read(mixedDraft(), 'a');
    expect(Object.fromEntries(about.map(({ what, value }) => [what, value]))).toMatchObject({
      ...{
        account: 'default',
        team: 'a',
        billing_period: '2023-11',
        state: 'draft',
        currency: 'USD',
        close_hash: null,
      },
    });
  });

  it('is the same bytes for the same statement', async () => {
    expect((await read()).bytes.equals((await read()).bytes)).toBe(true);
  });
});
