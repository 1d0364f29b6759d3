import {
  closeHash,
  type Difference,
  imbalanceOf,
  JournalSums,
  LinesHash,
  lineHash,
  type Posting,
  readDocument,
} from '../domain/index.js';
import { closesAfter } from './billed-so-far.js';
import type { CloseStore, KeptClose } from './close-store.js';
import { linesOfClose } from './lines-of-close.js';

/** Looks through all that was ever closed for anything that is not as it was closed. */
export class VerifyCloses {
  constructor(private readonly store: CloseStore) {}

  /** The first difference in the order of the chain, by row; undefined when there is none. */
  async firstDifference(accountId: number): Promise<Difference | undefined> {
    let [after, previous] = [0, null as string | null];
    for await (const close of closesAfter(this.store, accountId, 0)) {
      const difference = chainDifference(close, after + 1, previous) ?? (await this.contents(accountId, close));
      if (difference) return difference;
      [after, previous] = [close.closeNumber, close.hash];
    }
    return undefined;
  }

  private async contents(accountId: number, close: KeptClose): Promise<Difference | undefined> {
    const { closeNumber, period } = close;
    const document = readDocument(close.text);
    const [hash, journal] = [new LinesHash(), new JournalSums()];
    let count = 0;
    for await (const kept of linesOfClose(this.store, accountId, closeNumber)) {
      count += 1;
      const where = `${period}, line ${count.toString()}`;
      if (kept.lineNumber !== count)
        return { what: 'close', where, expected: 'the line', found: `line ${kept.lineNumber.toString()} next` };
      const found = lineHash(kept.line);
      if (found !== kept.hash) return { what: 'close', where, expected: `hash ${kept.hash}`, found: `hash ${found}` };
      journal.add(kept.line);
      hash.add(found);
    }
    const where = `${period}, lines`;
    if (count !== document.lines)
      return { what: 'close', where, expected: document.lines.toString(), found: count.toString() };
    const found = hash.digest();
    if (found !== document.linesHash)
      return { what: 'close', where, expected: `hash ${document.linesHash}`, found: `hash ${found}` };
    return ledgerDifference(period, journal.postings(), await this.store.postings(accountId, closeNumber));
  }
}

function chainDifference(close: KeptClose, closeNumber: number, previous: string | null): Difference | undefined {
  const where = `${close.period}, close ${close.closeNumber.toString()}`;
  if (close.closeNumber !== closeNumber)
    return { what: 'close', where, expected: `close ${closeNumber.toString()} next`, found: 'a gap in the chain' };
  if (close.previousHash !== previous)
    return {
      what: 'close',
      where,
      expected: `after ${previous ?? 'none'}`,
      found: `after ${close.previousHash ?? 'none'}`,
    };
  const found = closeHash(previous, close.text);
  if (found === close.hash) {
    const { period, closeNumber: number } = readDocument(close.text);
    if (period.name === close.period && number === close.closeNumber) return undefined;
    return { what: 'close', where, expected: `${period.name}, close ${number.toString()}`, found: where };
  }
  return { what: 'close', where, expected: `hash ${close.hash}`, found: `hash ${found}` };
}

function ledgerDifference(
  period: string,
  entry: readonly Posting[],
  postings: readonly Posting[],
): Difference | undefined {
  const imbalance = imbalanceOf(postings);
  const where = `${period}, journal`;
  if (imbalance !== 0n) return { what: 'ledger', where, expected: 'debits = credits', found: imbalance.toString() };
  const [expected, found] = [entry, postings].map((of) => of.map(describe));
  for (let i = 0; i < Math.max(expected?.length ?? 0, found?.length ?? 0); i += 1) {
    const [should, is] = [expected?.[i] ?? 'nothing', found?.[i] ?? 'nothing'];
    if (should !== is)
      return { what: 'ledger', where: `${where}, posting ${(i + 1).toString()}`, expected: should, found: is };
  }
  return undefined;
}

function describe({ ledgerAccount, costCenter, team, debit, credit }: Posting): string {
  return JSON.stringify([ledgerAccount, costCenter, team, `debit ${debit.toString()}`, `credit ${credit.toString()}`]);
}
