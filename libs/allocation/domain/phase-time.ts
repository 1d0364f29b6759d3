import type { AttributionPolicy } from '#cost-record/domain';
import { INPUT_CLASSES, OUTPUT_CLASSES } from '#token';
import type { AttributionBasis } from './attribution-basis.js';

/**
 * `phase_time`: from the measured seconds that the period's requests spent in prefill and in decode,
 *
 *     prefill cost = C · T_pre / (T_pre + T_dec)        decode cost = C · T_dec / (T_pre + T_dec)
 *
 * Prefill cost is shared over input tokens by `inputWeights`, decode cost over output tokens evenly, whichever requests were
 * timed: the seconds say how the machine divided its time, the tokens who had it worked. Seconds of requests that ran at
 * once overlap, so they are proportions and never capacity: a period with phase seconds is used whole. One without any
 * has no proportion to follow and its cost is idle, as under `inference_time`; so is a phase's part when all of its tokens weigh
 * nothing. Source: total = cost per input token x input length + cost per output token x output length, where prefill
 * makes the input price and decode the output price (Splitwise, Patel et al., ISCA 2024, on the two phases).
 */
export function phaseTime({ inputWeights }: Extract<AttributionPolicy, { basis: 'phase_time' }>): AttributionBasis {
  return {
    phases: [
      { unit: 'tokens', classes: INPUT_CLASSES, weights: inputWeights },
      { unit: 'tokens', classes: OUTPUT_CLASSES, weights: { output: 1n, reasoning: 1n } },
    ],
    phaseNames: ['prefill', 'decode'],
    shares: ({ prefillMicros, decodeMicros }) => ({
      phases: [prefillMicros, decodeMicros],
      idle: 0n,
      perInstanceNano: null,
    }),
  };
}
