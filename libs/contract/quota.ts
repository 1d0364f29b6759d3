import { z } from 'zod';
import {
  ACTUAL_THRESHOLDS,
  amountShape,
  FORECAST_THRESHOLDS,
  isQuotaName,
  parseQuotaAmount,
  QUOTA_ACTIONS,
  QUOTA_FALLBACKS,
  QUOTA_LEVELS,
  QUOTA_MEASURES,
  QUOTA_NAME_SHAPE,
  QUOTA_WINDOW_UNITS,
  type QuotaDefinition,
  type QuotaTiming,
} from '#quota/domain';
import { decimalOut } from './decimal.js';
import { instant, instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

const TEXT_MAX = 255;
const name = nameText(TEXT_MAX);
const nullableName = name.nullable().default(null);

export const quotaName = z
  .string()
  .refine(isQuotaName, QUOTA_NAME_SHAPE)
  .meta({ examples: ['search-day'] });
export const quotaReason = nameText(TEXT_MAX).describe('Why; the audit trail keeps it');

/** A decimal whose measure says how it is read. */
export const quotaAmount = z
  .union([z.string(), z.number()])
  .transform(String)
  .meta({ examples: ['500'] });

const subject = z.strictObject({
  level: z.enum(QUOTA_LEVELS),
  name: nullableName.describe('Of whom it is; null: each one of the level for itself. Of a tag its value'),
  team: nullableName.describe('Only of a project; null: of any team'),
  tagKey: nullableName.describe('Of a tag'),
});

const filter = z
  .strictObject({
    provider: nullableName,
    model: nullableName.describe('`*` stands for any characters'),
    pool: nullableName,
    tier: nullableName,
    environment: nullableName.describe('The value of the tag `environment`'),
    status: nullableName,
  })
  .describe('Which of the usage counts; null: any');

const window = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('calendar'),
      unit: z.enum(QUOTA_WINDOW_UNITS),
      timeZone: z.string().meta({ examples: ['Europe/Zurich'] }),
      weekStart: z.int().default(1).describe('The first day of a week, 1 = Monday to 7 = Sunday'),
      anchorDay: z
        .int()
        .default(1)
        .describe('The day on which months, quarters and years begin; in a month that is shorter its last'),
    }),
    z.strictObject({
      kind: z.literal('rolling'),
      lengthMs: z.int().describe('1 second to 366 days, a multiple of 30 ms'),
    }),
    z.strictObject({ kind: z.literal('total'), from: instant, until: instant }),
    z.strictObject({ kind: z.literal('now') }).describe('For concurrent_requests'),
  ])
  .describe('For how long usage counts against the limit');

const percents = z
  .record(name, z.number())
  .describe('Per cent of the limit up to which requests of a tier may fill it');
const thresholds = z.array(z.number()).describe('Per cent of the limit, ascending');

const definition = {
  subject,
  filter: filter.default({ provider: null, model: null, pool: null, tier: null, environment: null, status: null }),
  measure: z.enum(QUOTA_MEASURES),
  window,
  limit: quotaAmount.describe('Tokens or requests, or an amount of the account’s currency'),
  action: z.enum(QUOTA_ACTIONS).describe('What becomes of a request that would pass the limit'),
  fallback: z.enum(QUOTA_FALLBACKS).default('closed').describe('What it does while its counts are out of reach'),
  tierPercents: percents.default({}),
  rolloverCap: quotaAmount.nullable().default(null).describe('What is left goes over to the next window, up to this'),
  actualThresholds: thresholds.default([...ACTUAL_THRESHOLDS]),
  forecastThresholds: thresholds.default([...FORECAST_THRESHOLDS]),
  anomalies: z.boolean().default(true),
};

export const putQuotaBody = z
  .strictObject({
    ...definition,
    validFrom: instant.optional().describe('From when on; left out: from now on'),
    draft: z.boolean().default(false).describe('It holds at no time, until another version does'),
    reason: quotaReason,
  })
  .transform((given, context): { definition: QuotaDefinition; timing: QuotaTiming; reason: string } => {
    const { validFrom, draft, reason, ...defined } = given;
    const read = readAmounts(defined, context);
    if (draft && validFrom !== undefined)
      context.addIssue({ code: 'custom', path: ['validFrom'], message: 'must be left out for a draft' });
    return { definition: read, timing: draft ? 'draft' : (validFrom ?? 'now'), reason };
  });
export type PutQuotaBody = z.output<typeof putQuotaBody>;

type Defined = z.output<z.ZodObject<typeof definition>>;

/** Amounts are read by the measure that they are of. */
function readAmounts({ limit, rolloverCap, ...rest }: Defined, context: z.RefinementCtx): QuotaDefinition {
  const read = (field: string, text: string): bigint => {
    const amount = parseQuotaAmount(rest.measure, text);
    if (amount === undefined)
      context.addIssue({ code: 'custom', path: [field], message: `must be ${amountShape(rest.measure)}` });
    return amount ?? 0n;
  };
  return {
    ...rest,
    limit: read('limit', limit),
    rolloverCap: rolloverCap === null ? null : read('rolloverCap', rolloverCap),
  };
}

const DRY_RUN_DAYS_MAX = 92;

export const quotaDryRunBody = z.strictObject({
  definition: z.strictObject(definition).transform(readAmounts),
  days: z.int().min(1).max(DRY_RUN_DAYS_MAX).default(30).describe('How far back usage is replayed'),
});
export type QuotaDryRunBody = z.output<typeof quotaDryRunBody>;

export const quotaDryRunWire = z.object({
  from: instantOut.describe('Where the replay began: windows are replayed whole'),
  events: z.int(),
  windows: z.int().describe('Windows of all subjects that had usage'),
  subjects: z.int(),
  beyond: z
    .array(
      z.object({
        subject: z.string(),
        windowStart: instantOut,
        windowEnd: instantOut,
        limit: decimalOut,
        used: decimalOut.describe('In the window in all'),
        requests: z.int(),
        beyondRequests: z.int().describe('Those that the quota would not have let pass as they were'),
        beyondAmount: decimalOut.describe('What those used'),
        firstBeyondAt: instantOut,
      }),
    )
    .describe('Who would have passed the limit when, by subject and time'),
  moreBeyond: z.int().describe('How many there are beside those listed'),
});
export type QuotaDryRunWire = z.output<typeof quotaDryRunWire>;

export const quotaPath = z.object({ quota: quotaName });
export type QuotaPath = z.output<typeof quotaPath>;

export const quotaQuery = z.strictObject({
  ...pageQuery(1),
  at: instant.optional().describe('Only those in force then; left out: the latest version of each'),
});
export type QuotaQuery = z.output<typeof quotaQuery>;

const isVersion = ([version = '']: readonly string[]) => /^\d{1,9}$/.test(version);
export const quotaVersionQuery = z.strictObject(pageQuery(1, isVersion));
export type QuotaVersionQuery = z.output<typeof quotaVersionQuery>;

export const quotaWithdrawalQuery = z.strictObject({ reason: quotaReason });
export type QuotaWithdrawalQuery = z.output<typeof quotaWithdrawalQuery>;

export const quotaImportQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Tells what would change, and changes nothing'),
  reason: quotaReason.optional().describe('Of rows that give none'),
});
export type QuotaImportQuery = z.output<typeof quotaImportQuery>;

const text = z.string().nullable();
const windowOut = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('calendar'),
    unit: z.enum(QUOTA_WINDOW_UNITS),
    timeZone: z.string(),
    weekStart: z.int(),
    anchorDay: z.int(),
  }),
  z.object({ kind: z.literal('rolling'), lengthMs: z.int() }),
  z.object({ kind: z.literal('total'), from: instantOut, until: instantOut }),
  z.object({ kind: z.literal('now') }),
]);

export const quotaVersionWire = z.object({
  quota: z.string(),
  version: z.int(),
  seriesId: z.string().describe('Versions of one series count on'),
  subject: z.object({ level: z.enum(QUOTA_LEVELS), name: text, team: text, tagKey: text }),
  filter: z.object({ provider: text, model: text, pool: text, tier: text, environment: text, status: text }),
  measure: z.enum(QUOTA_MEASURES),
  window: windowOut,
  limit: decimalOut,
  action: z.enum(QUOTA_ACTIONS),
  fallback: z.enum(QUOTA_FALLBACKS),
  tierPercents: z.record(z.string(), z.number()),
  rolloverCap: decimalOut.nullable(),
  actualThresholds: z.array(z.number()),
  forecastThresholds: z.array(z.number()),
  anomalies: z.boolean(),
  draft: z.boolean(),
  validFrom: instantOut.nullable().describe('Null for a draft'),
  withdrawn: z.boolean(),
  reason: z.string(),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type QuotaVersionWire = z.output<typeof quotaVersionWire>;
export const quotaVersionPage = pageOf(quotaVersionWire);

export const quotaWire = quotaVersionWire.extend({
  inForceVersion: z.int().nullable().describe('The version that holds; null: none does'),
});
export type QuotaWire = z.output<typeof quotaWire>;
export const quotaPage = pageOf(quotaWire);

const quotaChange = z.object({
  quota: z.string(),
  fields: z.array(z.object({ field: z.string().describe('A column'), before: text, after: text })),
});

export const quotaDiffWire = z.object({
  dryRun: z.boolean(),
  added: z.array(quotaChange),
  changed: z.array(quotaChange),
  withdrawn: z.array(z.string()),
  unchanged: z.array(z.string()),
});
export type QuotaDiffWire = z.output<typeof quotaDiffWire>;
