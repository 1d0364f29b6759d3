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

const storeDifference = z.object({
  quota: z.string().nullable().describe('Null: no quota in force counts there'),
  subject: z.string(),
  measure: z.enum(QUOTA_MEASURES).nullable(),
  windowStart: instantOut.nullable().describe('Null: of what is under way now'),
  part: z
    .enum(['held', 'usage'])
    .describe('`held`: what its reservations in Redis hold; `usage`: used and settled, as Postgres has it'),
  counted: decimalOut.nullable().describe('In Redis; null: what is there is no amount'),
  expected: decimalOut.describe('Where no quota is in force, a cost is in units of 10⁻¹², as `counted` is'),
});

const comparedStore = z.object({
  outcome: z.literal('compared'),
  counts: z.int().describe('Counts whose usage was compared with Postgres'),
  reservations: z.int().describe('Active reservations that were looked for in Redis'),
  heldCompared: z.boolean().describe('False: too many reservations are under way to add up what they hold'),
  differences: z.array(storeDifference),
  moreDifferences: z.int().describe('How many there are beside those listed'),
  missingReservations: z.array(z.string()).describe('Active ones that Redis does not know, by their ids'),
  moreMissingReservations: z.int().describe('How many there are beside those listed'),
});

const unavailableStore = z.object({ outcome: z.literal('unavailable'), reason: z.string() });

export const quotaVerificationWire = z.object({
  agrees: z.boolean().describe('Whether nothing that was looked at was wrong'),
  counts: z.int().describe('Counts that were looked at'),
  events: z.int().describe('Events that were counted again'),
  repaired: z.boolean().describe('Whether all that was wrong has been put right'),
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
  store: z
    .discriminatedUnion('outcome', [comparedStore, unavailableStore])
    .nullable()
    .describe(
      'What Redis counts. Null: Postgres counts, or what Redis has is being made anew from Postgres. `unavailable`: it could not be compared',
    ),
});
export type QuotaVerificationWire = z.output<typeof quotaVerificationWire>;
