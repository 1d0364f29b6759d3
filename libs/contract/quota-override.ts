import { z } from 'zod';
import { decimalToScaled } from '#money';
import { OVERRIDE_WINDOWS_MAX, type OverrideSpan, QUOTA_MEASURES, QUOTA_OVERRIDE_KINDS } from '#quota/domain';
import { decimalOut } from './decimal.js';
import { instant, instantOut } from './instant.js';
import { nameText, numberedPageQuery, pageOf } from './page.js';
import { quotaAmount, quotaName, quotaReason } from './quota.js';

const name = nameText(255);

const span = {
  windows: z.int().min(1).max(OVERRIDE_WINDOWS_MAX).optional().describe('For so many windows'),
  validFrom: instant
    .optional()
    .describe('For windows that begin then or later; left out: the one that is running is the first'),
  validUntil: instant.optional().describe('For windows that begin before then'),
};

interface GivenSpan {
  readonly windows?: number | undefined;
  readonly validFrom?: number | undefined;
  readonly validUntil?: number | undefined;
}

function toSpan({ windows, validFrom, validUntil }: GivenSpan): OverrideSpan {
  return { from: validFrom, windows, until: validUntil };
}

const hasOneEnd = ({ windows, validUntil }: GivenSpan) => (windows === undefined) !== (validUntil === undefined);
const ONE_END = { path: ['windows'], message: 'or validUntil must be given, one of them' };

const PERCENT_MIN = -100_00n;
const PERCENT_MAX = 10_000_00n;

/** At most two decimals. */
const percent = z.union([z.string(), z.number()]).transform((given, context): number => {
  const scaled = decimalToScaled(String(given), 2);
  if (scaled !== undefined && scaled >= PERCENT_MIN && scaled <= PERCENT_MAX) return Number(scaled) / 100;
  context.addIssue({ code: 'custom', message: 'must be a decimal from -100 to 10000 with at most 2 decimals' });
  return z.NEVER;
});

export const addOverrideBody = z
  .strictObject({
    kind: z.enum(['override', 'grant']).default('override').describe('A grant only raises'),
    subject: name.nullable().default(null).describe('One of those the quota keeps apart; null: all'),
    team: name.nullable().default(null).describe('Of a subject that is a project'),
    percent: percent.default(0).describe('Of the limit as it is defined'),
    amount: quotaAmount.nullable().default(null).describe('In the quota’s measure; with percent, both are added'),
    ...span,
    reason: quotaReason,
  })
  .refine(hasOneEnd, ONE_END)
  .transform(({ windows, validFrom, validUntil, ...rest }) => ({
    ...rest,
    span: toSpan({ windows, validFrom, validUntil }),
  }));
export type AddOverrideBody = z.output<typeof addOverrideBody>;

const side = z.strictObject({ quota: quotaName, team: name });

export const transferBody = z
  .strictObject({ from: side, to: side, amount: quotaAmount, ...span, reason: quotaReason })
  .refine(hasOneEnd, ONE_END)
  .transform(({ windows, validFrom, validUntil, ...rest }) => ({
    ...rest,
    span: toSpan({ windows, validFrom, validUntil }),
  }));
export type TransferBody = z.output<typeof transferBody>;

export const quotaOverridePath = z.object({
  quota: quotaName,
  overrideId: z.string().regex(/^[0-9]{1,18}$/, 'is not the id of an override'),
});
export type QuotaOverridePath = z.output<typeof quotaOverridePath>;

export const quotaOverrideQuery = z.strictObject(numberedPageQuery);
export type QuotaOverrideQuery = z.output<typeof quotaOverrideQuery>;

export const quotaOverrideWire = z.object({
  overrideId: z.string(),
  version: z.int(),
  quota: z.string(),
  kind: z.enum(QUOTA_OVERRIDE_KINDS),
  subject: z.string().nullable().describe('Null: all; of a project its team and name'),
  measure: z.enum(QUOTA_MEASURES),
  percent: decimalOut,
  amount: decimalOut,
  validFrom: instantOut.describe('Windows that begin from then on'),
  validUntil: instantOut.describe('Exclusive'),
  partnerId: z.string().nullable().describe('Of a transfer its other side'),
  withdrawn: z.boolean(),
  reason: z.string(),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type QuotaOverrideWire = z.output<typeof quotaOverrideWire>;
export const quotaOverridePage = pageOf(quotaOverrideWire);

export const transferWire = z.object({ given: quotaOverrideWire, received: quotaOverrideWire });
export type TransferWire = z.output<typeof transferWire>;
