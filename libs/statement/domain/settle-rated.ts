import { splitVolume } from '#rating/domain';
import type { BillSums } from './bill-sums.js';

/**
 * Puts on lines what prices that follow the volume come to: they price the whole quantity of the billing period at once, and
 * each line pays for its part of the quantity, so that no team bears the dear first tokens for the others.
 */
export function settleRated(sums: BillSums): void {
  for (const { meter, charges } of sums.heldCharges.list()) {
    const held = [...charges.values()];
    const parts = held.map(({ key, amounts: { quantity } }) => ({ key, quantity }));
    const costs = splitVolume(parts, meter.price);
    held.forEach(({ fields, amounts }, i) => sums.addLine(fields, { ...amounts, effective: costs[i] ?? 0n }));
  }
}
