import type { Picos } from '#money';
import { inPeriod } from './versions.js';

/**
 * What happens to the difference between what a party was metered and what its invoices say. `hold`: nothing, but the month
 * is not closed over it without a reason. `true_up`: it is charged or credited beside the cost that it belongs to.
 * `shared_pool`: it goes to whom the cost of a pool of shared cost goes.
 */
export const DIFFERENCE_POLICIES = ['hold', 'true_up', 'shared_pool'] as const;
export type DifferencePolicy = (typeof DIFFERENCE_POLICIES)[number];

/** One version of what is agreed for a party. */
export interface ReconciliationPolicy {
  /** `pool:h100` or `provider:openai`, the provider as the price book calls it. */
  readonly party: string;
  readonly version: number;
  readonly fromPeriod: string;
  readonly policy: DifferencePolicy;
  /** The pool of shared cost under `shared_pool`; else null. */
  readonly sharedPool: string | null;
  /** A difference of no more than this is none. */
  readonly tolerance: Picos;
  /** Nor is one of no more than this of what was metered, in hundredths of a per cent. */
  readonly toleranceBasisPoints: number;
}

/** What holds for a party in a month; undefined where nothing was said, which is `hold` without any tolerance. */
export function policyOf(
  policies: readonly ReconciliationPolicy[],
  party: string,
  period: string,
): ReconciliationPolicy | undefined {
  return inPeriod(
    policies.filter((policy) => policy.party === party),
    period,
  );
}
