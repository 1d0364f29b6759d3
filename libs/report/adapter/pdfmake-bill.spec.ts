import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { formatMinor } from '#money';
import type { DraftStatements, StatementLine } from '#statement/domain';
import { pagesOf } from '#statement/domain';
import { grouped } from '../domain/bill/bill-line.js';
import { teamBillFileOf } from '../domain/bill/team-bill-file.js';
import { correctedDraft, mixedDraft } from '../domain/focus/testing.js';
import { readFile } from '../domain/testing.js';
import { pdfmakeBill } from './pdfmake-bill.js';

/** The pages' text as another library reads it, pieces of a page in the order of the file. */
async function read(draft: DraftStatements, team: string) {
  const file = teamBillFileOf({ statements: pagesOf(draft), team }, pdfmakeBill);
  const { bytes, manifest } = await readFile(file);
  const document = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 }).promise;
  const pages: string[] = [];
  for (let n = 1; n <= document.numPages; n += 1) {
    const { items } = await (await document.getPage(n)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''));
  }
  await document.destroy();
  return { pages, text: pages.join('\n'), bytes, manifest };
}

const amountOf = (draft: DraftStatements, lines: readonly StatementLine[]) => {
  const minor = lines.reduce((sum, { billed }) => sum + (billed ?? 0n), 0n);
  return grouped(formatMinor(minor, draft.currency));
};
const linesOfTeam = (draft: DraftStatements, of: string) => draft.teams.find(({ team }) => team === of)?.lines ?? [];

/** The same statement under another name, with each line so many times. */
function renamed(draft: DraftStatements, team: string, times = 1): DraftStatements {
  const [first] = draft.teams;
  if (!first) throw new Error('the example has a team');
  const lines = Array.from({ length: times }, () =>
    first.lines.map((line) => ({ ...line, team, project: team })),
  ).flat();
  return { ...draft, teams: [{ ...first, team, lines }] };
}

describe('the PDF of a team', () => {
  it.each([
    ['its own charges', mixedDraft()],
    ['corrections', correctedDraft()],
    ['yen', mixedDraft('JPY')],
  ])('has the total of the statement, and of each pool and provider, with %s', async (_, draft) => {
    const { text, manifest } = await read(draft, 'b');
    const lines = linesOfTeam(draft, 'b');
    const own = lines.filter(({ correction }) => correction === null);
    const { currency } = draft;
    expect(text).toContain(`Total ${currency} ${amountOf(draft, lines)}`);
    expect(text).toContain(
      `Subtotal Pool h100, ${currency} ${amountOf(
        draft,
        own.filter(({ pool }) => pool === 'h100'),
      )}`,
    );
    expect(text).toContain(
      `Subtotal Provider openai, ${currency} ${amountOf(
        draft,
        own.filter(({ pool, provider }) => pool === null && provider === 'openai'),
      )}`,
    );
    expect(manifest).toMatchObject({ team: 'b', rows: lines.length });
    expect(text.includes('Corrections of closed months')).toBe(lines.length > own.length);
    if (lines.length > own.length) expect(text).toContain('Corrects 2023-10 (share)');
    expect(text).toContain('requests is not known yet');
  });

  it('is marked as a draft until it is closed, and then names its close', async () => {
    const draft = mixedDraft();
    expect((await read(draft, 'a')).text).toMatch(/DRAFT/);
    const closing = {
      ...{ closeNumber: 3, closedAt: Date.UTC(2023, 11, 2), closedBy: 'x', issuedAt: null, issuedBy: null },
      ...{ accepted: [], reason: null, hash: 'ab'.repeat(32), previousHash: null },
    };
    const { text } = await read({ ...draft, closing }, 'a');
    expect(text).not.toMatch(/DRAFT/);
    expect(text).toContain('CLOSED');
    expect(text).toContain(`3, 2023-12-02T00:00:00Z`);
    expect(text).toContain('ab'.repeat(32));
  });

  it('goes on over pages, with the head of the table and a number on each', async () => {
    const { pages } = await read(renamed(mixedDraft(), 'long', 60), 'long');
    expect(pages.length).toBeGreaterThan(3);
    for (const [i, page] of pages.entries()) {
      expect(page).toContain('Unit cost');
      expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    }
  });

  it.each(['Команда Ω', 'צוות', 'فريق', '搜索', '🚀', 'a\u202eb', 'x'.repeat(300), '=1+1'])(
    'is whole with the name %j',
    async (team) => {
      const draft = renamed(mixedDraft(), team);
      const { text } = await read(draft, team);
      expect(text).toContain(`Total USD ${amountOf(draft, linesOfTeam(draft, team))}`);
    },
  );

  it('says names as they are', async () => {
    expect((await read(renamed(mixedDraft(), 'Команда Ωmega'), 'Команда Ωmega')).text).toContain('Команда Ωmega');
  });

  it('is the same bytes for the same statement', async () => {
    expect((await read(mixedDraft(), 'a')).bytes.equals((await read(mixedDraft(), 'a')).bytes)).toBe(true);
  });
});
