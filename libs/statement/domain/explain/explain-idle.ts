import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { IDLE } from '../idle-lines.js';
import { type LineFields, lineKey } from '../line.js';
import { idleSplits } from '../settle-idle.js';
import type { SettlementDetail } from './settlement-detail.js';

/** How an idle line's part of its pool's idle cost follows from the policy. */
export function explainIdle(sums: BillSums, inputs: BillInputs): SettlementDetail {
  const splits = idleSplits(sums, inputs);
  return {
    step: 'idle',
    splitsOf(line: LineFields) {
      if (line.kind !== 'idle') return [];
      const key = lineKey(line);
      return splits
        .filter(({ idle }) => idle.pool === line.pool && idle.policyVersion === line.policyVersion)
        .map(({ idle, rule, members, parts }) => {
          const mine = members.map(({ owner }) => {
            return lineKey({ ...owner, ...IDLE, pool: idle.pool, policyVersion: idle.policyVersion }) === key;
          });
          const sum = (of: readonly bigint[]) => of.reduce((total, each, i) => (mine[i] ? total + each : total), 0n);
          return {
            by: 'idle_policy' as const,
            name: rule,
            amount: idle.effective,
            weight: sum(members.map(({ weight }) => weight)),
            totalWeight: members.reduce((total, { weight }) => total + weight, 0n),
            parts: mine.filter(Boolean).length,
            part: sum(parts.map(({ effective }) => effective)),
          };
        });
    },
  };
}
