import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { type LineFields, lineKey } from '../line.js';
import { platformOwner } from '../line-owner.js';
import { sharedSplits } from '../shared/settle-shared.js';
import { claimsOf } from '../shared/shared-claims.js';
import { SharedSteps } from '../shared/shared-steps.js';
import type { SettlementDetail } from './settlement-detail.js';
import type { SplitShare } from './split-share.js';
import { keptShare, wayDown } from './way-down.js';

/**
 * How a line comes to its part of a shared pool's cost: over which pools, and by which weights from each. One way down for each
 * stretch of time in which no policy changed.
 */
export function explainShared(sums: BillSums, inputs: BillInputs): SettlementDetail {
  const steps = new SharedSteps(claimsOf(sums.lines(), inputs), inputs);
  const splits = [...sharedSplits(steps, inputs)];
  return {
    step: 'shared',
    splitsOf(line: LineFields) {
      if (line.kind !== 'shared' && line.kind !== 'unattributed') return [];
      const key = lineKey(line);
      const isLine = (owner: Pick<LineFields, 'team' | 'costCenter' | 'project' | 'model' | 'provider'>) =>
        lineKey({ ...line, ...owner }) === key;
      const isPlatform = isLine(platformOwner(inputs));
      return splits
        .filter(({ pool, policyVersion }) => pool === line.pool && policyVersion === line.policyVersion)
        .flatMap(({ parts }): SplitShare[] => {
          const rest = line.kind === 'shared' ? parts.kept : parts.unruled;
          const way = line.kind === 'shared' ? wayDown(parts, (owner) => isLine(steps.owner(owner))) : [];
          return [...way, ...(isPlatform && rest ? [keptShare(rest.effective)] : [])];
        });
    },
  };
}
