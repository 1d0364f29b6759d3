import type { AttributionPolicy } from '#cost-record/domain';
import type { AttributionBasis } from './attribution-basis.js';
import { inferenceTime } from './inference-time.js';
import { phaseTime } from './phase-time.js';
import { requests } from './requests.js';
import { throughput } from './throughput.js';
import { weightedTokens } from './weighted-tokens.js';

/** The basis that a policy names, ready to use. The one place that knows all of them. */
export function attributionBasis(policy: AttributionPolicy): AttributionBasis {
  switch (policy.basis) {
    case 'weighted_tokens':
      return weightedTokens(policy);
    case 'throughput':
      return throughput(policy);
    case 'phase_time':
      return phaseTime(policy);
    case 'inference_time':
      return inferenceTime();
    case 'requests':
      return requests();
  }
}
