import { formatInstant } from '#calendar';
import type { PolicyPreviewWire } from '#contract';
import { formatMinor, formatPicos } from '#money';
import type { ChangedCost, PolicyPreview } from '#statement';

export function policyPreviewToApi({ period, currency, policy, changes }: PolicyPreview): PolicyPreviewWire {
  const amounts = ({ effective, billed }: ChangedCost['before']) => {
    return { effective: formatPicos(effective), billed: formatMinor(billed, currency) };
  };
  return {
    period,
    currency,
    policy: policy && { pool: policy.pool, version: policy.version, validFrom: formatInstant(policy.validFrom) },
    changes: changes.map(({ before, after, ...owner }) => {
      const change = { effective: after.effective - before.effective, billed: after.billed - before.billed };
      return { ...owner, before: amounts(before), after: amounts(after), change: amounts(change) };
    }),
  };
}
