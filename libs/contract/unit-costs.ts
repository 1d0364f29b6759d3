import { z } from 'zod';
import { UNIT_COST_DIMENSIONS } from '#report/domain';
import { TOKEN_CLASSES } from '#token';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { soughtText } from './page.js';
import { periodText, unitCostsWire } from './statement.js';

const NAME_MAX = 1024;

const dimension = z.enum(UNIT_COST_DIMENSIONS);
const name = soughtText(NAME_MAX);

export const unitCostsQuery = z.strictObject({
  period: periodText,
  by: z
    .string()
    .default('model,pool')
    .transform((text, context) => {
      const names = text.split(',').map((part) => part.trim());
      const parsed = z.array(dimension).safeParse(names);
      if (parsed.success && new Set(names).size === names.length && !(names.includes('day') && names.includes('hour')))
        return parsed.data;
      const message = `must name some of ${UNIT_COST_DIMENSIONS.join(', ')}, each once, and not both day and hour`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .describe('What costs are told apart by, with commas between'),
  team: name.optional().describe('Only usage of this team'),
  model: name.optional(),
  pool: name.optional(),
  provider: name.optional(),
  compare: z.enum(['previous']).optional().describe('`previous`: also what the same cost the month before'),
});
export type UnitCostsQuery = z.output<typeof unitCostsQuery>;

const count = z.string().describe('A whole number');
const unknownable = (schema: z.ZodString) => schema.nullable();

const unitCostRow = z.object({
  group: z
    .partialRecord(dimension, z.string().nullable())
    .describe('A value for each dimension asked for; null: none. Days and hours are the instants at which they begin'),
  requests: count,
  tokens: z.record(z.enum(TOKEN_CLASSES), count),
  list: unknownable(decimalOut).describe('At public prices; null when any of them is not known'),
  effective: decimalOut.describe('Used cost, without idle'),
  unpricedRequests: count.describe('Requests whose cost is not known; they are in no other figure'),
  costPerMillionTokens: unitCostsWire,
  previous: unitCostsWire.nullable().describe('Of the month before, where asked for and anything was used then'),
  capacity: z
    .object({
      pool: z.string(),
      effective: decimalOut.describe('What the pool cost in that time, for all its users'),
      idle: decimalOut,
      idleShare: unknownable(decimalOut).describe('Idle by cost'),
      utilization: unknownable(decimalOut).describe('Used by paid capacity; null when the basis cannot know'),
    })
    .nullable()
    .describe('Null where the row is of several pools or of none'),
  offers: z
    .array(
      z.object({
        provider: z.string(),
        model: z.string(),
        priceVersion: z.string(),
        inputUncached: unknownable(decimalOut),
        cacheRead: unknownable(decimalOut),
        output: unknownable(decimalOut),
        cost: unknownable(decimalOut).describe("What the row's tokens would have cost there"),
      }),
    )
    .describe('Public prices per 1M tokens of a model of that name, the cheapest for these tokens first'),
});

export const unitCostsReport = z.object({
  account: z.string(),
  currency: z.string(),
  period: z.object({ name: z.string(), timeZone: z.string(), start: instantOut, end: instantOut }),
  accruedTo: instantOut,
  by: z.array(dimension),
  rows: z.array(unitCostRow),
});
export type UnitCostsWire = z.output<typeof unitCostsReport>;
export type UnitCostRowWire = z.output<typeof unitCostRow>;
