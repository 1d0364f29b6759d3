import type { StatementLine } from '../line.js';
import { differencesOf } from './corrections.js';

/** What a closed period would be billed now beyond what was billed for it: late events, new prices, changed cost. */
export interface ChangesSince {
  /** Lines that would be other, new or gone. */
  readonly lines: number;
  /** Minor units of the account's currency. */
  readonly billed: bigint;
}

export function changesSince(billed: readonly StatementLine[], now: readonly StatementLine[]): ChangesSince {
  const differences = differencesOf(billed, now);
  return { lines: differences.length, billed: differences.reduce((sum, line) => sum + (line.billed ?? 0n), 0n) };
}
