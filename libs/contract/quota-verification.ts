import { z } from 'zod';
import { QUOTA_MEASURES } from '#quota/domain';
import { decimalOut } from './decimal.js';
import { instant, instantOut } from './instant.js';

export const quotaVerificationBody = z
  .strictObject({
    since: instant
      .optional()
      .describe(
        'Windows that end after it are looked at; left out: those that have ended in the last two days or not yet',
      ),
    repair: z.boolean().default(true).describe('Whether counts that are wrong are put right'),
  })
  .prefault({});
export type QuotaVerificationBody = z.output<typeof quotaVerificationBody>;

const parts = z.object({
  used: decimalOut.describe('Metered usage'),
  settled: decimalOut.describe('What reservations were settled with whose usage has not been metered'),
  held: decimalOut.describe('What active reservations hold'),
});

export const quotaVerificationWire = z.object({
  agrees: z.boolean().describe('Whether no count was wrong'),
  counts: z.int().describe('Counts that were looked at'),
  events: z.int().describe('Events that were counted again'),
  repaired: z.boolean(),
  differences: z.array(
    z.object({
      quota: z.string(),
      subject: z.string(),
      measure: z.enum(QUOTA_MEASURES),
      windowStart: instantOut.nullable().describe('Null: of what is under way now'),
      counted: parts,
      expected: parts,
    }),
  ),
  moreDifferences: z.int().describe('How many there are beside those listed'),
});
export type QuotaVerificationWire = z.output<typeof quotaVerificationWire>;
