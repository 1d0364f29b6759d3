import type { AppliedAttribution } from './applied-policy.js';
import type { AttributionBasis } from './attribution-basis.js';
import { even } from './even.js';
import { fixed } from './fixed.js';
import { inferenceTime } from './inference-time.js';
import { listPrice } from './list-price.js';
import { phaseTime } from './phase-time.js';
import { requests } from './requests.js';
import type { TeamBasis } from './team-basis.js';
import { throughput } from './throughput.js';
import { weightedTokens } from './weighted-tokens.js';

/** Policies whose basis splits over teams first; every other one splits over usage at once. */
type TeamPolicy = Extract<AppliedAttribution, { basis: 'even' | 'fixed' | 'peak' }>;
type UsagePolicy = Exclude<AppliedAttribution, TeamPolicy>;

export function splitsOverTeams(policy: AppliedAttribution): policy is TeamPolicy {
  return policy.basis === 'even' || policy.basis === 'fixed' || policy.basis === 'peak';
}

/** The basis that a policy names, ready to use. Beside `teamBasis` the one place that knows all of them. */
export function attributionBasis(policy: UsagePolicy): AttributionBasis {
  switch (policy.basis) {
    case 'weighted_tokens':
      return weightedTokens(policy);
    case 'throughput':
      return throughput(policy);
    case 'phase_time':
      return phaseTime(policy);
    case 'list_price':
      return listPrice(policy.weights);
    case 'inference_time':
      return inferenceTime();
    case 'requests':
      return requests();
  }
}

/** Null for `peak`, which splits the billing period as a whole. */
export function teamBasis(policy: TeamPolicy): TeamBasis | null {
  switch (policy.basis) {
    case 'even':
      return even;
    case 'fixed':
      return fixed(policy);
    case 'peak':
      return null;
  }
}
