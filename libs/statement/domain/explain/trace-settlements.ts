import { addAmounts } from '../add-amounts.js';
import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { settleInvoices } from '../invoices/settle-invoices.js';
import { type LineAmounts, type LineFields, lineKey } from '../line.js';
import { settleIdle } from '../settle-idle.js';
import { settleMinimums } from '../settle-minimums.js';
import { settlePeak } from '../settle-peak.js';
import { settleRated } from '../settle-rated.js';
import { SETTLEMENTS, type Settlement } from '../settlements.js';
import { settleShared } from '../shared/settle-shared.js';
import { explainIdle } from './explain-idle.js';
import { explainInvoices } from './explain-invoices.js';
import { explainMinimums } from './explain-minimums.js';
import { explainPeak } from './explain-peak.js';
import { explainRated } from './explain-rated.js';
import { explainShared } from './explain-shared.js';
import type { SettlementDetail } from './settlement-detail.js';
import type { SplitShare } from './split-share.js';

/** How each settlement explains itself. One that does not is still shown with what it added. */
const DETAILS: ReadonlyMap<Settlement, (sums: BillSums, inputs: BillInputs) => SettlementDetail> = new Map([
  [settleRated, explainRated],
  [settleMinimums, explainMinimums],
  [settlePeak, explainPeak],
  [settleIdle, explainIdle],
  [settleShared, explainShared],
  [settleInvoices, explainInvoices],
]);

/** What a settlement added to a line; see `LineAmounts`. */
export interface SettlementPart extends Pick<LineAmounts, 'requests' | 'quantity' | 'list' | 'effective'> {
  readonly step: string;
  readonly splits: readonly SplitShare[];
}

/** What a line was before the month was settled, and what each settlement made of it. */
export interface SettledLine {
  /** Null: it was no line before. */
  readonly charged: LineAmounts | null;
  readonly settlements: readonly SettlementPart[];
}

type Line = LineFields & LineAmounts;

/** Settles as every bill is settled, and remembers what each settlement did. */
export function traceSettlements(sums: BillSums, inputs: BillInputs): (line: LineFields) => SettledLine {
  const details: (SettlementDetail | undefined)[] = [];
  const states: (readonly Line[])[] = [sums.lines()];
  for (const settle of SETTLEMENTS) {
    details.push(DETAILS.get(settle)?.(sums, inputs));
    settle(sums, inputs);
    states.push(sums.lines());
  }
  return (line) => {
    const key = lineKey(line);
    const amounts: (LineAmounts | undefined)[] = states.map((lines) =>
      lines.find((other) => isLike(other, line) && lineKey(other) === key),
    );
    amounts[0] = withHeld(amounts[0], key, sums);
    return {
      charged: amounts[0] ?? null,
      settlements: details.flatMap((detail, i) => {
        const [before, after] = [amounts[i], amounts[i + 1]];
        if (!after || after === before) return [];
        const { step = 'other' } = detail ?? {};
        return [{ step, ...difference(after, before), splits: detail?.splitsOf(line) ?? [] }];
      }),
    };
  };
}

/** With what was charged to the line and waits for its price: its quantities are known, and its cost is still nothing. */
function withHeld(line: LineAmounts | undefined, key: string, sums: BillSums): LineAmounts | undefined {
  const held = sums.heldCharges.list().flatMap((charge) => (lineKey(charge.fields) === key ? charge.amounts : []));
  return held.reduce((sum: LineAmounts | undefined, amounts) => (sum ? addAmounts(sum, amounts) : amounts), line);
}

/** Spares most of the other lines their keys. */
function isLike(a: LineFields, b: LineFields): boolean {
  return a.team === b.team && a.kind === b.kind && a.pool === b.pool && a.model === b.model;
}

function difference(after: LineAmounts, before: LineAmounts | undefined) {
  // What was not known before counts as nothing: the settlement has made it known.
  const grown = (is: bigint | null, was: bigint | null | undefined) => (is === null ? null : is - (was ?? 0n));
  return {
    requests: after.requests - (before?.requests ?? 0n),
    quantity: after.quantity - (before?.quantity ?? 0n),
    list: grown(after.list, before?.list),
    effective: grown(after.effective, before?.effective),
  };
}
