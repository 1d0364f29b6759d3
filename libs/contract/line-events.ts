import { z } from 'zod';
import { MODALITIES, TOKEN_CLASSES, USAGE_UNITS } from '#token';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { pageQuery } from './page.js';
import { statementState } from './statement.js';

const isPlace = ([occurredMicros = '', identity = '']: readonly string[]) =>
  /^-?\d{1,16}$/.test(occurredMicros) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(identity);
export const lineEventsQuery = z.strictObject(pageQuery(2, isPlace));
export type LineEventsQuery = z.output<typeof lineEventsQuery>;

const whole = z.string().describe('A whole number');
const counts = z.object({ requests: whole, quantity: decimalOut.describe("In the line's unit") });
const tokens = z.record(z.enum(TOKEN_CLASSES), whole);
const durationMs = decimalOut.nullable();

const lineEvent = z.object({
  source: z.string(),
  id: z.string(),
  occurredAt: instantOut,
  receivedAt: instantOut,
  team: z.string().describe('As the event names it; a mapping rule may say that it is another’s'),
  project: z.string().nullable(),
  costCenter: z.string().nullable().describe('Of the team when the event happened, as it was written down then'),
  apiKey: z.string().nullable(),
  user: z.string().nullable(),
  provider: z.string().nullable(),
  model: z.string(),
  pool: z.string().nullable(),
  region: z.string().nullable(),
  tier: z.string(),
  status: z.string(),
  tokens: tokens.describe('Of text'),
  modalities: z.partialRecord(z.enum(MODALITIES), tokens).describe('Tokens that are not text'),
  units: z.partialRecord(z.enum(USAGE_UNITS), decimalOut),
  inferenceMs: durationMs,
  prefillMs: durationMs,
  decodeMs: durationMs,
  tags: z.record(z.string(), z.string()).nullable(),
  ...counts.shape,
});
export type LineEventWire = z.output<typeof lineEvent>;

export const lineEventsWire = z.object({
  lineId: z.string(),
  period: z.string(),
  state: statementState,
  usagePeriod: z.string().describe('The month of the events: of a line that corrects a closed month, that one'),
  unit: z.string().describe('Of the quantities'),
  counted: counts.describe('What the line counts; of a correction, what it takes the closed line to'),
  now: counts.describe('What its events come to now, over all pages'),
  differs: z.boolean().describe('Whether the two are not the same: usage came late, or is billed on other lines now'),
  reason: z
    .enum(['not_usage', 'not_billed_now'])
    .nullable()
    .describe(
      'Why there are no events: the line is of capacity, shared cost or an adjustment; or its usage is billed on other lines now',
    ),
  data: z.array(lineEvent),
  nextCursor: z.string().nullable(),
});
export type LineEventsWire = z.output<typeof lineEventsWire>;
