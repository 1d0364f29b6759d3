import type { StatementLine } from '../domain/index.js';
import type { CloseStore, KeptCorrection, KeptLine, LinePage } from './close-store.js';

const PAGE = 2_000;

/** The lines of a close in their order, a page at a time in memory. */
export async function* linesOfClose(
  store: Pick<CloseStore, 'lines'>,
  accountId: number,
  closeNumber: number,
  pools?: LinePage['pools'],
): AsyncGenerator<KeptLine> {
  for await (const page of keptPages(store, { accountId, closeNumber, team: null, pools })) yield* page;
}

/** The lines of one team or of all (null), page by page. */
export async function* pagesOfClose(
  store: Pick<CloseStore, 'lines'>,
  accountId: number,
  closeNumber: number,
  team: string | null,
): AsyncGenerator<readonly StatementLine[]> {
  for await (const page of keptPages(store, { accountId, closeNumber, team })) yield page.map(({ line }) => line);
}

/** The corrections of a month on later closes, in the order of the chain, a page at a time in memory. */
export async function* correctionsOfMonth(
  store: Pick<CloseStore, 'corrections'>,
  accountId: number,
  period: string,
  pools?: LinePage['pools'],
): AsyncGenerator<KeptCorrection> {
  for (let after: KeptCorrection | undefined; ; ) {
    const page = await store.corrections(accountId, period, after, PAGE, pools);
    yield* page;
    after = page.at(-1);
    if (!after || page.length < PAGE) return;
  }
}

/** The next page is read while one is worked on; no more than these two are in memory. */
async function* keptPages(
  store: Pick<CloseStore, 'lines'>,
  of: Omit<LinePage, 'afterLine' | 'limit'>,
): AsyncGenerator<readonly KeptLine[]> {
  const read = (afterLine: number) => store.lines({ ...of, afterLine, limit: PAGE });
  for (let reading = read(0); ; ) {
    const page = await reading;
    const last = page.at(-1);
    if (!last) return;
    const isLast = page.length < PAGE;
    if (!isLast) reading = read(last.lineNumber);
    // Who goes no further does not hear how the page after went.
    reading.catch(() => undefined);
    yield page;
    if (isLast) return;
  }
}
