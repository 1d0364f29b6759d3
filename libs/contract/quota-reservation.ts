import { z } from 'zod';
import { QUOTA_ACTIONS, QUOTA_MEASURES } from '#quota/domain';
import { decimalOut, scaledDecimal } from './decimal.js';
import { instantOut } from './instant.js';
import { nameText } from './page.js';

const NAME_MAX = 255;
const TAGS_MAX = 32;
const TOKENS_MAX = 1_000_000_000;
const MS_MAX = 86_400_000;
const KEY_MAX = 255;

const name = nameText(NAME_MAX);
const count = z
  .int()
  .min(0)
  .max(TOKENS_MAX)
  .transform((tokens) => BigInt(tokens));

const subject = z
  .strictObject({
    team: name,
    project: name.nullish(),
    apiKey: name.nullish(),
    user: name.nullish(),
    tags: z
      .record(nameText(64), z.string().max(NAME_MAX))
      .refine((tags) => Object.keys(tags).length <= TAGS_MAX, `must not be more than ${TAGS_MAX}`)
      .nullish()
      .describe('`environment` says which one it is'),
  })
  .describe('As in usage events');

const used = {
  inputTokens: count.optional().describe('Cached ones among them'),
  cachedTokens: count.optional(),
  outputTokens: count.optional().describe('Reasoning among them'),
  cost: scaledDecimal(12)
    .optional()
    .describe("In the account's currency; left out: by the price book or the pool's running cost"),
};

const estimate = z
  .strictObject({
    ...used,
    promptCharacters: count.optional().describe('Where the tokens of the prompt are not known'),
    maxOutputTokens: count.optional().describe('The most that may come back'),
  })
  .describe(
    "What is left out is taken from the last day's requests of the team to the model: what 95 of 100 stayed within",
  );

const asked = {
  subject,
  model: name,
  provider: name.nullish(),
  pool: name.nullish(),
  tier: name.nullish().describe('Left out: standard'),
  estimate: estimate.default({}),
};

export const quotaCheckBody = z.strictObject(asked);
export type QuotaCheckBody = z.output<typeof quotaCheckBody>;

const ttlMs = z.int().min(1).max(MS_MAX);

export const reservationBody = z.strictObject({
  ...asked,
  ttlMs: ttlMs.optional().describe('For how long it is held; left out: 5 minutes'),
});
export type ReservationBody = z.output<typeof reservationBody>;

export const settleBody = z
  .strictObject({ used: z.strictObject(used).optional().describe('Left out: what was estimated') })
  .default({});
export type SettleBody = z.output<typeof settleBody>;

export const extendBody = z.strictObject({ ttlMs: ttlMs.describe('From now') });
export type ExtendBody = z.output<typeof extendBody>;

export const reservationPath = z.object({ reservationId: z.uuid() });
export type ReservationPath = z.output<typeof reservationPath>;

/** What may stand in `Idempotency-Key`. */
export const IDEMPOTENCY_KEY = new RegExp(`^[\\x21-\\x7e]{1,${KEY_MAX}}$`);

const source = z.enum(['given', 'prompt_size', 'max_tokens', 'recent_p95', 'default']);

export const estimateWire = z.object({
  inputTokens: z.int(),
  cachedTokens: z.int(),
  outputTokens: z.int(),
  inputFrom: source,
  outputFrom: source,
  billedCost: decimalOut.nullable().describe('Null: no price says what it is; limits of cost hold nothing for it'),
  effectiveCost: decimalOut.nullable(),
});

export const quotaVerdictWire = z.object({
  quota: z.string(),
  subject: z.string().describe('Of whom it holds: a name, of a project `team/project`, empty for the account'),
  measure: z.enum(QUOTA_MEASURES),
  action: z.enum(QUOTA_ACTIONS),
  limit: decimalOut.describe('Overrides and what was carried over included'),
  ceiling: decimalOut.describe('How much of the limit requests of this tier may fill'),
  counted: decimalOut.describe('Before the request'),
  requested: decimalOut,
  remaining: decimalOut.describe('Of the limit, after the request if it is admitted'),
  exceeded: z.boolean(),
  windowStart: instantOut.nullable().describe('Null: of what is under way now'),
  windowEnd: instantOut.nullable(),
});
export type QuotaVerdictWire = z.output<typeof quotaVerdictWire>;

const admission = {
  decision: z
    .enum(['admitted', 'throttled', 'refused'])
    .describe('throttled: admitted at low priority, for a limit that throttles is reached; see Retry-After'),
  priority: z.enum(['normal', 'low']),
  uncounted: z.boolean().describe('Admitted while the counts were out of reach, for all quotas that apply fail open'),
  estimate: estimateWire,
  quotas: z.array(quotaVerdictWire).describe('All that apply, by name'),
};

export const admissionWire = z.object(admission);
export type AdmissionWire = z.output<typeof admissionWire>;

export const reservedWire = z.object({
  ...admission,
  reservationId: z.string().nullable().describe('Null: nothing is held'),
  expiresAt: instantOut.nullable(),
});
export type ReservedWire = z.output<typeof reservedWire>;

export const reservationWire = z.object({
  reservationId: z.string(),
  state: z.enum(['active', 'settled', 'released', 'expired']),
  metered: z.boolean().describe('Whether a usage event with this id has been counted'),
  createdAt: instantOut,
  expiresAt: instantOut,
  endedAt: instantOut.nullable(),
});
export type ReservationWire = z.output<typeof reservationWire>;
