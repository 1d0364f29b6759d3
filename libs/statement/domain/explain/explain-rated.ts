import { meterKey, splitVolume } from '#rating/domain';
import type { BillSums } from '../bill-sums.js';
import { type LineFields, lineKey } from '../line.js';
import type { SettlementDetail } from './settlement-detail.js';
import type { SplitShare } from './split-share.js';

/**
 * How a line pays for its part of the month's volumes, at base prices: what all of a volume costs, by quantity. What the
 * settlement adds to the line is this and what multipliers, discounts and markups make of it.
 */
export function explainRated(sums: BillSums): SettlementDetail {
  const held = sums.heldCharges.list();
  return {
    step: 'rated',
    splitsOf(line: LineFields) {
      const key = lineKey(line);
      const own = held.filter(({ fields, terms }) => terms.meter && lineKey(fields) === key);
      return own.flatMap(({ key: part, terms: { meter } }): SplitShare[] => {
        if (!meter) return [];
        const volume = held.filter(({ terms }) => terms.meter && meterKey(terms.meter) === meterKey(meter));
        const parts = volume.map((charge) => ({ key: charge.key, quantity: charge.amounts.quantity }));
        const costs = splitVolume(parts, meter.price);
        const at = parts.findIndex((each) => each.key === part);
        return [
          {
            by: 'volume',
            name: `${meter.price.model} ${meter.priceVersionId} ${meter.tokenClass}`,
            amount: costs.reduce((sum, cost) => sum + cost, 0n),
            weight: parts[at]?.quantity ?? 0n,
            totalWeight: parts.reduce((sum, { quantity }) => sum + quantity, 0n),
            parts: 1,
            part: costs[at] ?? 0n,
          },
        ];
      });
    },
  };
}
