import type { CloseStore, KeptLine } from './close-store.js';

const PAGE = 2_000;

/** The lines of a close in their order, a page at a time in memory. */
export async function* linesOfClose(
  store: Pick<CloseStore, 'lines'>,
  accountId: number,
  closeNumber: number,
): AsyncGenerator<KeptLine> {
  for (let after = 0; ; ) {
    const page = await store.lines(accountId, closeNumber, after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.lineNumber;
  }
}
