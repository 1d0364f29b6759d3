import type { Picos } from '#money';
import type { StatementLine } from '#statement/domain';

/** A line whose cost is known. FOCUS has no row for any other, for its cost columns may not be null. */
export interface PricedLine extends StatementLine {
  readonly effective: Picos;
  readonly billed: bigint;
}

export function isPriced(line: StatementLine): line is PricedLine {
  return line.effective !== null && line.billed !== null;
}

/** What the line costs at public prices and, where these are not known, what it did cost: a FOCUS list cost is never null. */
export function listCostOf({ list, effective }: PricedLine): Picos {
  return list ?? effective;
}
