import { z } from 'zod';
import {
  completeWeights,
  type PolicyTerms,
  PRICING_MODELS,
  type TokenWeights,
  WEIGHT_SCALE,
} from '#cost-record/domain';
import { INPUT_CLASSES, TOKEN_CLASSES, type TokenClass } from '#token';
import { decimalOut, scaledDecimal } from './decimal.js';
import { instant, instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

const NAME_MAX = 255;
const DECIMALS = 6;

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

/** All that a throughput policy says of input classes unless told otherwise: a token is a token. */
const EVEN_INPUT: Partial<TokenWeights> = { inputUncached: WEIGHT_SCALE };

const attribution = {
  weighted_tokens: z
    .strictObject({ basis: z.literal('weighted_tokens'), weights })
    .transform(({ basis, weights: given }) => ({ basis, weights: completeWeights(given) })),
  throughput: z
    .strictObject({
      basis: z.literal('throughput'),
      prefillTokensPerSecond: tokensPerSecond.describe('Input tokens that one instance prefills in a second'),
      decodeTokensPerSecond: tokensPerSecond.describe('Output tokens that one instance generates in a second'),
      inputWeights: weightsOf(z.strictObject(inputClasses))
        .optional()
        .describe('How the cost of prefill is shared among the input classes; evenly if left out'),
    })
    .transform(({ inputWeights = EVEN_INPUT, ...rest }) => ({ ...rest, inputWeights: completeWeights(inputWeights) })),
  inference_time: z.strictObject({ basis: z.literal('inference_time') }),
  requests: z.strictObject({ basis: z.literal('requests') }),
};
const bases = [
  attribution.weighted_tokens,
  attribution.throughput,
  attribution.inference_time,
  attribution.requests,
] as const;

const terms = {
  attribution: z.discriminatedUnion('basis', bases).describe('By which rule the used cost is split'),
  idle: z
    .enum(['separate', 'proportional'])
    .describe('Who pays for capacity that nobody used: the platform team, or the users by what they used'),
  validFrom: instant
    .optional()
    .describe(
      'A full quarter of an hour. Left out: the beginning for the first policy, the next quarter for later ones',
    ),
};

export const poolName = nameText(NAME_MAX);
export const createPoolBody = z.strictObject({ pool: poolName, ...terms });
export type CreatePoolBody = z.output<typeof createPoolBody>;
export const addPoolPolicyBody = z.strictObject(terms);
export type AddPoolPolicyBody = z.output<typeof addPoolPolicyBody>;
export const poolPath = z.object({ pool: poolName });
export type PoolPath = z.output<typeof poolPath>;

const weightsOut = z.record(z.enum(TOKEN_CLASSES), decimalOut);
export const poolWire = z.object({
  pool: z.string(),
  createdAt: instantOut,
  policies: z.array(
    z.object({
      version: z.int(),
      validFrom: instantOut,
      attribution: z.discriminatedUnion('basis', [
        z.object({ basis: z.literal('weighted_tokens'), weights: weightsOut }),
        z.object({
          basis: z.literal('throughput'),
          prefillTokensPerSecond: decimalOut,
          decodeTokensPerSecond: decimalOut,
          inputWeights: z.record(z.enum(INPUT_CLASSES), decimalOut),
        }),
        z.object({ basis: z.literal('inference_time') }),
        z.object({ basis: z.literal('requests') }),
      ]),
      idle: z.enum(['separate', 'proportional']),
      recordedAt: instantOut,
      recordedBy: z.string().nullable(),
    }),
  ),
});
export type PoolWire = z.output<typeof poolWire>;
export type PoolPolicyWire = PoolWire['policies'][number];
export const poolPage = pageOf(poolWire);

/** The terms of a policy in a body. */
export const toPolicyTerms = ({ attribution: rule, idle }: AddPoolPolicyBody): PolicyTerms => ({
  attribution: rule,
  idle,
});

/** What a JSON list of cost records holds; a CSV file has the same under snake-case columns. Decimals are strings. */
export const costRecordItem = z.object({
  pool: z.string(),
  provider: z.string(),
  region: z.string(),
  instanceType: z.string(),
  pricingModel: z.enum(PRICING_MODELS),
  hourlyRate: decimalOut.describe('Per instance and hour, at most 12 decimals'),
  listHourlyRate: decimalOut.nullable().optional().describe('The public on-demand rate, where it is another'),
  currency: z.string(),
  count: decimalOut.describe('Instances; at most 6 decimals; 0 withdraws the record'),
  from: instantOut,
  to: instantOut.nullable().optional().describe('Exclusive; left out: still standing'),
});

export const importCounts = z.object({
  created: z.int().describe('New records'),
  corrected: z.int().describe('Known records that got a new version'),
  unchanged: z.int().describe('Known records that say the same'),
});
export type ImportCounts = z.output<typeof importCounts>;

export const importedCostRecords = importCounts.extend({
  warnings: z
    .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
    .describe('What was taken and is most likely not meant: cost_record.open_overlap'),
});
export type ImportedCostRecords = z.output<typeof importedCostRecords>;

export const costRecordQuery = z.strictObject({ ...pageQuery(3), pool: poolName.optional() });
export type CostRecordQuery = z.output<typeof costRecordQuery>;
export const costRecordPath = z.object({ costRecordId: z.uuid('is not the id of a cost record') });
export type CostRecordPath = z.output<typeof costRecordPath>;

export const costRecordWire = z.object({
  costRecordId: z.string(),
  version: z.int(),
  ...costRecordItem.shape,
  listHourlyRate: decimalOut.nullable(),
  to: instantOut.nullable(),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type CostRecordWire = z.output<typeof costRecordWire>;
export const costRecordPage = pageOf(costRecordWire);
export const costRecordVersions = z.object({ data: z.array(costRecordWire) });
export type CostRecordVersions = z.output<typeof costRecordVersions>;
