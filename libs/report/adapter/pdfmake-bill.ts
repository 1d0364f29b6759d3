import { dirname, join } from 'node:path';
import pdfmake, { type Content, type DocumentDefinition, type Text } from 'pdfmake';
import type { BillAmount, BillLine, BillSection, TeamBill } from '../domain/index.js';

const FONTS = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const GREY = '#666666';
const RULE = '#bbbbbb';
const BAND = '#f2f4f7';

/** It has Latin, Greek, Cyrillic, Hebrew and Arabic letters. */
pdfmake.setFonts({
  DejaVu: {
    normal: join(FONTS, 'DejaVuSansCondensed.ttf'),
    bold: join(FONTS, 'DejaVuSansCondensed-Bold.ttf'),
    italics: join(FONTS, 'DejaVuSansCondensed-Oblique.ttf'),
    bolditalics: join(FONTS, 'DejaVuSansCondensed-BoldOblique.ttf'),
  },
});
// Whatever a name on a bill says, nothing but the fonts is read, and nothing fetched.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => path.startsWith(FONTS));

/** PDF, A4, its tables over as many pages as they need with the header on each. */
export async function* pdfmakeBill(bill: TeamBill): AsyncGenerator<Uint8Array> {
  yield await pdfmake.createPdf(documentOf(bill)).getBuffer();
}

function documentOf(bill: TeamBill): DocumentDefinition {
  const { account, team, period, state, footer } = bill;
  const at = new Date(bill.at);
  return {
    pageSize: 'A4',
    pageMargins: [40, 48, 40, 56],
    info: {
      title: `Statement ${period}, ${team}`,
      author: account,
      creator: 'Apportion',
      creationDate: at,
      modDate: at,
    },
    defaultStyle: { font: 'DejaVu', fontSize: 8.5, lineHeight: 1.15 },
    ...(state === 'draft' ? { watermark: { text: 'DRAFT', color: '#888888', opacity: 0.18, bold: true } } : {}),
    header: (page) =>
      page === 1 ? '' : text(`${account} · ${team} · ${period}`, { color: GREY, margin: [40, 24, 40, 0] }),
    footer: (page, pages) => ({
      margin: [40, 12, 40, 0],
      columns: [
        text(footer, { color: GREY, fontSize: 7 }),
        text(`Page ${page} of ${pages}`, { color: GREY, fontSize: 7, alignment: 'right', width: 80 }),
      ],
    }),
    content: [
      ...headOf(bill),
      totalsOf(bill),
      ...sectionsOf('Charges', bill.sections, bill),
      ...sectionsOf('Corrections of closed months', bill.corrections, bill),
      ...(bill.unpriced === null ? [] : [text(bill.unpriced, { italics: true, margin: [0, 12, 0, 0] })]),
      totalLine(bill),
    ],
  };
}

function headOf({ account, team, period, state, facts }: TeamBill): Content[] {
  const columns = [
    {
      width: '*',
      stack: [
        text(account, { color: GREY }),
        text('Statement', { fontSize: 20, bold: true }),
        text(team, { fontSize: 13, margin: [0, 2, 0, 0] }),
      ],
    },
    {
      width: 'auto',
      stack: [
        text(period, { fontSize: 20, bold: true, alignment: 'right' }),
        text(state.toUpperCase(), { alignment: 'right', bold: true, color: state === 'draft' ? '#b42318' : '#067647' }),
      ],
    },
  ];
  return [{ columns, margin: [0, 0, 0, 10] }, factTable(facts)];
}

function factTable(facts: readonly BillAmount[]): Content {
  const body = facts.map(({ label, amount }) => [text(label, { color: GREY }), text(amount)]);
  return { table: { widths: [90, '*'], body }, layout: 'noBorders', margin: [0, 0, 0, 12] };
}

function totalsOf({ totals, total, currency }: TeamBill): Content {
  const row = ({ label, amount }: BillAmount) => [text(label), right(amount)];
  const last = [text(`Total ${currency}`, { bold: true, fontSize: 11 }), right(total, { bold: true, fontSize: 11 })];
  return {
    table: { widths: ['*', 120], body: [...totals.map(row), last] },
    layout: {
      hLineWidth: (i, { table }) => (i === table.body.length - 1 || i === table.body.length ? 1 : 0),
      vLineWidth: () => 0,
      hLineColor: () => RULE,
      fillColor: () => BAND,
      paddingTop: () => 4,
      paddingBottom: () => 4,
    },
  };
}

function sectionsOf(title: string, sections: readonly BillSection[], { currency }: TeamBill): Content[] {
  if (sections.length === 0) return [];
  const body = sections.flatMap((section) => rowsOf(section, currency));
  return [
    text(title, { fontSize: 12, bold: true, margin: [0, 16, 0, 4] }),
    {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        widths: ['*', '*', 108, 70, 84, 60],
        body: [headerRow(currency), ...body],
      },
      layout: {
        hLineWidth: () => 0.5,
        vLineWidth: () => 0,
        hLineColor: () => RULE,
        paddingTop: () => 2.5,
        paddingBottom: () => 2.5,
      },
    },
  ];
}

function headerRow(currency: string): Content[] {
  const head = (of: string) => text(of, { bold: true, fillColor: BAND });
  const headRight = (of: string) => right(of, { bold: true, fillColor: BAND });
  return [
    head('Project'),
    head('Model'),
    head('Charge'),
    headRight('Quantity'),
    headRight('Unit cost'),
    headRight(currency),
  ];
}

function rowsOf({ title, lines, subtotal }: BillSection, currency: string): Content[][] {
  const wide = (content: Content, columns: number): Content[] => [content, ...Array<Content>(columns - 1).fill('')];
  return [
    wide(text(title, { bold: true, colSpan: 6 }), 6),
    ...lines.map(lineRow),
    [
      ...wide(text(`Subtotal ${title}, ${currency}`, { colSpan: 5, alignment: 'right', bold: true }), 5),
      right(subtotal, { bold: true }),
    ],
  ];
}

function lineRow({ project, model, what, quantity, unitCost, per, amount }: BillLine): Content[] {
  const cost = unitCost === '' ? '' : `${unitCost} / ${per}`;
  return [
    text(project),
    text(model),
    text(what),
    right(quantity),
    right(cost, { fontSize: 7.5 }),
    right(amount || 'not known'),
  ];
}

function totalLine({ total, currency }: TeamBill): Content {
  return right(`Total ${currency} ${total}`, { bold: true, fontSize: 11, margin: [0, 12, 0, 0] });
}

/** Text alone, whatever it says. */
function text(of: string, style: object = {}): Text {
  return { ...style, text: of };
}

function right(of: string, style: object = {}): Text {
  return text(of, { ...style, alignment: 'right' });
}
