import type { BillInputs } from './bill-inputs.js';
import type { BillSums } from './bill-sums.js';
import { settleInvoices } from './invoices/settle-invoices.js';
import { settleIdle } from './settle-idle.js';
import { settleMinimums } from './settle-minimums.js';
import { settlePeak } from './settle-peak.js';
import { settleRated } from './settle-rated.js';
import { settleShared } from './shared/settle-shared.js';

/** Adds the lines that only the billing period as a whole can tell, once all its charges are folded. */
export type Settlement = (sums: BillSums, inputs: BillInputs) => void;

/** Those of what is rated, and of each pool by itself: none of them looks at another pool's lines. */
export const OWN_SETTLEMENTS: readonly Settlement[] = [settleRated, settleMinimums, settlePeak, settleIdle];

/** In this order: each sees the lines that those before it made. */
export const SETTLEMENTS: readonly Settlement[] = [...OWN_SETTLEMENTS, settleShared, settleInvoices];

/** Settles all that was folded. Call it once, after the last charge. */
export function settleAll(sums: BillSums, inputs: BillInputs): void {
  for (const settle of SETTLEMENTS) settle(sums, inputs);
}
