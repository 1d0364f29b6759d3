import type { StatementLine } from '../line.js';
import { LinesHash } from './close-document.js';
import { JournalSums, type Posting } from './journal.js';
import { lineHash } from './line-text.js';

/** What the hashes of lines come to that are all there. */
export function linesHashOf(lines: readonly StatementLine[]): string {
  const hash = new LinesHash();
  for (const line of lines) hash.add(lineHash(line));
  return hash.digest();
}

/** The journal entry of lines that are all there. */
export function journalOf(lines: readonly StatementLine[]): Posting[] {
  const sums = new JournalSums();
  for (const line of lines) sums.add(line);
  return sums.postings();
}
