import { TOKEN_MEASURES } from '#metering/domain';
import { isCharged, REQUEST_CARRIER } from '#rating/domain';
import type { BillSums } from '../bill-sums.js';
import type { LineFields } from '../line.js';
import type { AmountCells } from './amount-cells.js';
import { CELLS_PER_GROUP, CLASSLESS_CELL } from './phase-leaves.js';
import type { UsageCells } from './usage-cells.js';

/** What all rows of a group share: a line's fields but for the token class. */
export type PoolGroup = Omit<LineFields, 'tokenClass'>;

export interface GroupCells {
  readonly usage: UsageCells;
  readonly amounts: AmountCells;
  readonly sums: BillSums;
}

/** Folds a group's cells into lines: one for each class it used, or a single one where it is not charged by class. */
export function flushGroup(group: PoolGroup, number: number, { usage, amounts, sums }: GroupCells): void {
  const [requests, tokens] = [usage.requests(number), usage.tokens(number)];
  // Groups of charge periods that were left to the plain way alone have nothing in them.
  if (requests === 0n && TOKEN_MEASURES.every(([tokenClass]) => tokens[tokenClass] === 0n)) return;
  const cost = (cell: number) => {
    if (group.kind === 'unpriced') return { effective: null, list: null };
    const at = number * CELLS_PER_GROUP + cell;
    return { effective: amounts.effectiveOf(at), list: amounts.listOf(at) };
  };
  if (group.unit !== 'tokens') {
    const quantity = group.unit === 'requests' ? requests : usage.inferenceMicros(number);
    sums.addLine({ ...group, tokenClass: null }, { requests, quantity, tokens, ...cost(CLASSLESS_CELL) });
    return;
  }
  TOKEN_MEASURES.forEach(([tokenClass], cell) => {
    const quantity = tokens[tokenClass];
    if (!isCharged(tokenClass, quantity, requests)) return;
    const carried = tokenClass === REQUEST_CARRIER ? requests : 0n;
    sums.addLine({ ...group, tokenClass }, { requests: carried, quantity, tokens: null, ...cost(cell) });
  });
}
