import { z } from 'zod';
import { RESOLUTIONS } from '#statement/domain';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { nameText, numberedPageQuery, pageOf, soughtText } from './page.js';

const COMMENT_MAX = 2000;
const MONTH_OR_TEAM_MAX = 1024;

export const disputeBody = z.strictObject({ comment: nameText(COMMENT_MAX).describe('What is wrong with the line') });
export type DisputeBody = z.output<typeof disputeBody>;

export const acknowledgementBody = z.strictObject({ comment: nameText(COMMENT_MAX).optional() }).prefault({});
export type AcknowledgementBody = z.output<typeof acknowledgementBody>;

export const answerBody = z.strictObject({
  comment: nameText(COMMENT_MAX),
  resolution: z
    .enum(RESOLUTIONS)
    .describe(
      '`upheld`: the line is wrong. `rejected`: it is right. `will_correct`: what it was made from will be put right',
    ),
});
export type AnswerBody = z.output<typeof answerBody>;

export const disputePath = z.object({
  disputeId: z.string().regex(/^[0-9]{1,18}$/, 'is not the id of a dispute'),
});
export type DisputePath = z.output<typeof disputePath>;

const filter = soughtText(MONTH_OR_TEAM_MAX);
export const disputesQuery = z.strictObject({
  ...numberedPageQuery,
  period: filter.optional().describe('Only of lines on the statements of this month'),
  team: filter.optional().describe('Only of lines of this team'),
  state: z.enum(['open', 'answered']).optional(),
});
export type DisputesQuery = z.output<typeof disputesQuery>;

const shown = z
  .object({
    closeNumber: z.int().nullable().describe('The close that the line was on; null: a draft'),
    currency: z.string(),
    effective: decimalOut.nullable(),
    billed: decimalOut.nullable(),
  })
  .describe('What the line showed then');

const review = {
  lineId: z.string(),
  period: z.string().describe('The month on whose statement the line stands'),
  team: z.string(),
  shown,
};

export const acknowledgementWire = z.object({
  ...review,
  comment: z.string().nullable(),
  acknowledgedAt: instantOut,
  acknowledgedBy: z.string(),
});
export type AcknowledgementWire = z.output<typeof acknowledgementWire>;

export const disputeWire = z.object({
  disputeId: z.string(),
  ...review,
  state: z.enum(['open', 'answered']),
  comment: z.string(),
  openedAt: instantOut,
  openedBy: z.string(),
  answer: z
    .object({ comment: z.string(), resolution: z.enum(RESOLUTIONS), answeredAt: instantOut, answeredBy: z.string() })
    .nullable(),
});
export type DisputeWire = z.output<typeof disputeWire>;
export const disputePage = pageOf(disputeWire);
