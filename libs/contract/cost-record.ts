import { z } from 'zod';
import { type PolicyTerms, PRICING_MODELS } from '#cost-record/domain';
import { decimalOut } from './decimal.js';
import { instant, instantOut } from './instant.js';
import { costPageQuery, nameText, pageOf } from './page.js';
import { attribution, attributionOut, idle, idleOut } from './pool-policy.js';
import { sharedSplit, sharedSplitOut } from './shared-split.js';

const NAME_MAX = 255;
const validFrom = instant
  .optional()
  .describe('A full quarter of an hour. Left out: the beginning for the first policy, the next quarter for later ones');
const capacity = { kind: z.literal('capacity').optional(), attribution, idle, validFrom };
const shared = { kind: z.literal('shared'), split: sharedSplit, validFrom };

export const poolName = nameText(NAME_MAX);
export const createPoolBody = z.discriminatedUnion('kind', [
  z.strictObject({ pool: poolName, ...capacity }),
  z.strictObject({ pool: poolName, ...shared }),
]);
export type CreatePoolBody = z.output<typeof createPoolBody>;
export const addPoolPolicyBody = z.discriminatedUnion('kind', [z.strictObject(capacity), z.strictObject(shared)]);
export type AddPoolPolicyBody = z.output<typeof addPoolPolicyBody>;
export const poolPath = z.object({ pool: poolName });
export type PoolPath = z.output<typeof poolPath>;

const named = { pool: z.string(), createdAt: instantOut };
const dated = { version: z.int(), validFrom: instantOut };
const recorded = { recordedAt: instantOut, recordedBy: z.string().nullable() };
const capacityPool = z.object({
  ...named,
  kind: z.literal('capacity').describe('Instances that serve models'),
  policies: z.array(z.object({ ...dated, attribution: attributionOut, idle: idleOut, ...recorded })),
});
const sharedPool = z.object({
  ...named,
  kind: z.literal('shared').describe('Cost that all share: storage, network, staff'),
  policies: z.array(z.object({ ...dated, split: sharedSplitOut, ...recorded })),
});
export const poolWire = z.discriminatedUnion('kind', [capacityPool, sharedPool]);
export type PoolWire = z.output<typeof poolWire>;
export type PoolPolicyWire = z.output<typeof capacityPool>['policies'][number];
export type SharedPolicyWire = z.output<typeof sharedPool>['policies'][number];
export const poolPage = pageOf(poolWire);

/** The terms of a policy of a pool of capacity in a body. */
export const toPolicyTerms = (body: PolicyTerms): PolicyTerms => ({ attribution: body.attribution, idle: body.idle });

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

export const importWarning = z.object({ pointer: z.string(), code: z.string(), detail: z.string() });

export const costRecordImportQuery = z.strictObject({
  openEnds: z
    .enum(['stay', 'until_next'])
    .default('stay')
    .describe('Rows without an end stay open, or stand until the next row of the same instances begins'),
});
export type CostRecordImportQuery = z.output<typeof costRecordImportQuery>;

export const importedCostRecords = importCounts.extend({
  warnings: z
    .array(importWarning)
    .describe('What was taken and is most likely not meant: cost_record.open_overlap, cost_record.shared_cost_overlap'),
});
export type ImportedCostRecords = z.output<typeof importedCostRecords>;

export const costRecordQuery = z.strictObject({ ...costPageQuery, pool: poolName.optional() });
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
