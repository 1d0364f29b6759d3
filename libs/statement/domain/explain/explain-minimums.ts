import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { type LineFields, lineKey } from '../line.js';
import { minimumSplits } from '../settle-minimums.js';
import type { SettlementDetail } from './settlement-detail.js';
import type { SplitShare } from './split-share.js';
import { keptShare } from './way-down.js';

/** How a line comes to its part of what is missing to a minimum commitment: by what its owner spent towards it. */
export function explainMinimums(sums: BillSums, inputs: BillInputs): SettlementDetail {
  const splits = minimumSplits(sums.lines(), inputs);
  return {
    step: 'minimum_commitment',
    splitsOf(line: LineFields) {
      const key = lineKey(line);
      return splits.flatMap(({ rule, shortfall, parts }): SplitShare[] => {
        const own = parts.find(({ fields }) => lineKey(fields) === key);
        if (!own) return [];
        const totalWeight = parts.reduce((sum, { spent }) => sum + spent, 0n);
        if (totalWeight === 0n) return [keptShare(own.part)];
        const name = `${rule.provider} ${rule.model}`.trim();
        return [{ by: 'minimum', name, amount: shortfall, weight: own.spent, totalWeight, parts: 1, part: own.part }];
      });
    },
  };
}
