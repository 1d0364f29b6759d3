import { type AttributionBasis, wholePeriodBasis } from './attribution-basis.js';

/**
 * `inference_time`: a dimension's share of the period's cost is `s_i / Σ s`, with `s` the measured inference seconds (kept as
 * whole microseconds). Requests that run at once overlap, so their seconds may sum to more than the period; shares of the
 * pool's cost take that in, where seconds x rate would charge it several times (cost per token = instance cost per second
 * x inference time / output tokens holds for the pool as a whole).
 *
 * Requests without seconds weigh nothing: they are shown with their quantity at cost 0 and counted as untimed on the
 * pool's summary, while those with seconds bear the period. Guessing seconds for them would charge by a rule that nobody
 * agreed to. In a period in which no request has seconds there is no proportion to follow and its cost is idle.
 */
export function inferenceTime(): AttributionBasis {
  return wholePeriodBasis({ unit: 'inference_seconds' });
}
