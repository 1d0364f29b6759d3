import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { invoiceAdjustments } from '../invoices/settle-invoices.js';
import { type LineFields, lineKey } from '../line.js';
import type { SettlementDetail } from './settlement-detail.js';

/** How a line comes to its part of a party's difference to its invoices. */
export function explainInvoices(sums: BillSums, inputs: BillInputs): SettlementDetail {
  const { adjustments } = invoiceAdjustments(sums.lines(), inputs);
  return {
    step: 'invoice',
    splitsOf(line: LineFields) {
      if (line.kind !== 'adjustment') return [];
      const key = lineKey(line);
      return adjustments.filter(({ fields }) => lineKey(fields) === key).flatMap(({ splits }) => splits());
    },
  };
}
