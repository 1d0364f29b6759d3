import { z } from 'zod';
import { completeWeights, type TokenWeights, WEIGHT_SCALE } from '#cost-record/domain';
import { INPUT_CLASSES, TOKEN_CLASSES, type TokenClass } from '#token';
import { decimalOut, scaledDecimal } from './decimal.js';
import { nameText } from './page.js';
import { agreedShares, reservedShares, teamSharesOut } from './team-shares.js';

const DECIMALS = 6;
const NAME_MAX = 255;

const weight = scaledDecimal(DECIMALS).optional();
const inputClasses = { inputUncached: weight, cacheRead: weight, cacheWrite5m: weight, cacheWrite1h: weight };

type GivenWeights = Partial<Record<TokenClass, bigint | undefined>>;

/** Weights by class, of which one at least must count. */
const weightsOf = <T extends z.ZodType<GivenWeights>>(classes: T) =>
  classes
    .transform((given): Partial<TokenWeights> => {
      const entries = TOKEN_CLASSES.flatMap((name): [TokenClass, bigint][] => {
        const value = given[name];
        return value === undefined ? [] : [[name, value]];
      });
      return Object.fromEntries(entries);
    })
    .refine((given) => Object.values(given).some((value) => value > 0n), 'must hold at least one weight above 0');

const weights = weightsOf(z.strictObject({ ...inputClasses, output: weight, reasoning: weight })).describe(
  'How much a token of each class weighs. A class left out weighs what the one it stands for does: cached input what input does, reasoning what output does',
);

const tokensPerSecond = scaledDecimal(DECIMALS).refine((value) => value > 0n, 'must be above 0');

const givenInputWeights = weightsOf(z.strictObject(inputClasses))
  .optional()
  .describe('How the cost of prefill is shared among the input classes; evenly if left out');

/** All that a policy says of input classes unless told otherwise: a token is a token. */
const EVEN_INPUT: Partial<TokenWeights> = { inputUncached: WEIGHT_SCALE };

const rules = {
  weighted_tokens: z
    .strictObject({ basis: z.literal('weighted_tokens'), weights })
    .transform(({ basis, weights: given }) => ({ basis, weights: completeWeights(given) })),
  throughput: z
    .strictObject({
      basis: z.literal('throughput'),
      prefillTokensPerSecond: tokensPerSecond.describe('Input tokens that one instance prefills in a second'),
      decodeTokensPerSecond: tokensPerSecond.describe('Output tokens that one instance generates in a second'),
      inputWeights: givenInputWeights,
    })
    .transform(({ inputWeights = EVEN_INPUT, ...rest }) => ({ ...rest, inputWeights: completeWeights(inputWeights) })),
  phase_time: z
    .strictObject({ basis: z.literal('phase_time'), inputWeights: givenInputWeights })
    .transform(({ basis, inputWeights = EVEN_INPUT }) => ({ basis, inputWeights: completeWeights(inputWeights) })),
  inference_time: z.strictObject({ basis: z.literal('inference_time') }),
  requests: z.strictObject({ basis: z.literal('requests') }),
  list_price: z
    .strictObject({ basis: z.literal('list_price'), provider: nameText(NAME_MAX), model: nameText(NAME_MAX) })
    .describe('Weights are the public prices of a like model, as the price book has them'),
  even: z.strictObject({ basis: z.literal('even') }),
  peak: z.strictObject({ basis: z.literal('peak') }),
  fixed: z.strictObject({ basis: z.literal('fixed'), shares: agreedShares }),
};

/** By which rule a pool's used cost is split, as a body gives it. */
export const attribution = z
  .discriminatedUnion('basis', [
    rules.weighted_tokens,
    rules.throughput,
    rules.phase_time,
    rules.inference_time,
    rules.requests,
    rules.list_price,
    rules.even,
    rules.fixed,
    rules.peak,
  ])
  .describe('By which rule the used cost is split');

const SIMPLE_IDLE = ['separate', 'proportional', 'even'] as const;

export const idle = z
  .union([
    z.enum(SIMPLE_IDLE),
    z.discriminatedUnion('policy', [
      z.strictObject({ policy: z.literal('fixed'), shares: agreedShares }),
      z.strictObject({ policy: z.literal('reserved'), shares: reservedShares }),
    ]),
  ])
  .describe(
    'Who pays for capacity that nobody used: the platform team, the users by what they used, the users evenly, teams by agreed percentages, or the owners of reserved capacity',
  );

const weightsOut = z.record(z.enum(TOKEN_CLASSES), decimalOut);
const inputWeightsOut = z.record(z.enum(INPUT_CLASSES), decimalOut);

export const attributionOut = z.discriminatedUnion('basis', [
  z.object({ basis: z.literal('weighted_tokens'), weights: weightsOut }),
  z.object({
    basis: z.literal('throughput'),
    prefillTokensPerSecond: decimalOut,
    decodeTokensPerSecond: decimalOut,
    inputWeights: inputWeightsOut,
  }),
  z.object({ basis: z.literal('phase_time'), inputWeights: inputWeightsOut }),
  z.object({ basis: z.literal('inference_time') }),
  z.object({ basis: z.literal('requests') }),
  z.object({ basis: z.literal('list_price'), provider: z.string(), model: z.string() }),
  z.object({ basis: z.literal('even') }),
  z.object({ basis: z.literal('peak') }),
  z.object({ basis: z.literal('fixed'), shares: teamSharesOut }),
]);
export const idleOut = z.union([
  z.enum(SIMPLE_IDLE),
  z.object({ policy: z.enum(['fixed', 'reserved']), shares: teamSharesOut }),
]);
