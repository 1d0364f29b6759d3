import { billedSoFar, type StatementLine } from '../domain/index.js';
import type { CloseStore, KeptClose, LinePage } from './close-store.js';
import { correctionsOfMonth, linesOfClose } from './lines-of-close.js';

const PAGE = 100;

/**
 * What was billed for a closed month in all, by line: what its close says, and every correction of it on later ones. `pools`:
 * only on these, null: on none.
 */
export async function billedForMonth(
  store: CloseStore,
  accountId: number,
  close: KeptClose,
  pools?: LinePage['pools'],
): Promise<StatementLine[]> {
  const own: StatementLine[] = [];
  for await (const { line } of linesOfClose(store, accountId, close.closeNumber, pools))
    if (!line.correction) own.push(line);
  const corrections: StatementLine[] = [];
  for await (const { line } of correctionsOfMonth(store, accountId, close.period, pools)) corrections.push(line);
  return billedSoFar(own, corrections);
}

/** The closes after a place in the chain, in its order. */
export async function* closesAfter(store: CloseStore, accountId: number, after: number): AsyncGenerator<KeptClose> {
  for (let from = after; ; ) {
    const page = await store.list(accountId, from, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    from = last.closeNumber;
  }
}
