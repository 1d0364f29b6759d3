import { lineKey, type StatementLine } from '../line.js';
import { lineText } from './line-text.js';

/** What a closed period would be billed now beyond what it was closed with: late events, new prices, changed cost. */
export interface ChangesSince {
  /** Lines that would be other, new or gone. */
  readonly lines: number;
  /** Minor units of the account's currency. */
  readonly billed: bigint;
}

export function changesSince(closed: readonly StatementLine[], now: readonly StatementLine[]): ChangesSince {
  const before = new Map(closed.map((line) => [lineKey(line), line]));
  const after = new Map(now.map((line) => [lineKey(line), line]));
  let [lines, billed] = [0, 0n];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    if (was && is && lineText(was) === lineText(is)) continue;
    lines += 1;
    billed += (is?.billed ?? 0n) - (was?.billed ?? 0n);
  }
  return { lines, billed };
}
