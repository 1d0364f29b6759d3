import { z } from 'zod';
import { POOL_KINDS } from '#cost-record/domain';
import { CHARGE_KINDS, CHARGE_UNITS } from '#rating/domain';
import { CORRECTION_CAUSES, ROLL_UP_LEVELS } from '#statement/domain';
import { MODALITIES, TOKEN_CLASSES } from '#token';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { soughtText } from './page.js';
import { closingWire } from './statement-close.js';

const TEAM_MAX = 1024;

/** Whether it is a month is for the account's zone to say. */
export const periodText = soughtText(32).describe('A month of the account, such as 2023-11');
export const statementPath = z.object({
  period: periodText,
});
export type StatementPath = z.output<typeof statementPath>;
export const statementQuery = z.strictObject({
  team: soughtText(TEAM_MAX).optional().describe('Only this team'),
});
export type StatementQuery = z.output<typeof statementQuery>;
export const statementsQuery = statementQuery.extend({
  lines: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true')
    .describe("`false`: sums alone, without lines and teams' models"),
});
export type StatementsQuery = z.output<typeof statementsQuery>;
export const billQuery = statementQuery.required();
export type BillQuery = z.output<typeof billQuery>;
export const focusVersion = z.enum(['1.2', '1.3']);
export type FocusVersionWire = z.output<typeof focusVersion>;
export const focusQuery = statementQuery.extend({
  focusVersion: focusVersion.default('1.2').describe('The version of FOCUS whose columns the file has'),
});
export type FocusQuery = z.output<typeof focusQuery>;

export const rollUpQuery = z.strictObject({
  by: z.enum(ROLL_UP_LEVELS).default('cost_center').describe('What the statements of teams are taken together by'),
});
export type RollUpQuery = z.output<typeof rollUpQuery>;

/** `draft`: computed anew at each request. `closed`: frozen. `issued`: sent to those who owe. */
export const statementState = z.enum(['draft', 'closed', 'issued']);

const count = z
  .string()
  .describe('A whole number')
  .meta({ examples: ['28185'] });
const tokens = z.record(z.enum(TOKEN_CLASSES), count);
const unknownable = (schema: z.ZodString) => schema.nullable();

const costTotals = z.object({
  list: unknownable(decimalOut).describe('At public prices; null when any of them is not known'),
  effective: decimalOut.describe('Full precision'),
  billed: decimalOut.describe("Rounded to the currency's minor unit; parts sum to the whole"),
});

export const unitCostsWire = z
  .object({
    core: unknownable(decimalOut).describe('All used cost by output tokens'),
    blended: unknownable(decimalOut).describe('All used cost by all tokens'),
    input: unknownable(decimalOut),
    inputUncached: unknownable(decimalOut),
    cacheRead: unknownable(decimalOut),
    output: unknownable(decimalOut),
  })
  .describe('Used cost per 1M tokens, without idle, half-even at six decimals; null where there are none');

const summary = {
  total: costTotals,
  corrections: costTotals.describe("What of the total corrects closed months; all else is of the month's own lines"),
  byKind: z.object({
    used: costTotals,
    idle: costTotals,
    shared: costTotals,
    adjustment: costTotals,
    unattributed: costTotals,
  }),
  unpriced: z.object({ lines: z.int(), requests: count, tokens: count }).describe('Usage whose cost is not known'),
  usage: z.object({ requests: count, tokens }),
  costPerMillionTokens: unitCostsWire,
};

export const statementLine = z.object({
  id: z
    .string()
    .describe('Its name for ever: the month and twenty digits')
    .meta({ examples: ['2023-11.5f0c1d2e3b4a59687766'] }),
  team: z.string(),
  costCenter: z.string().nullable(),
  project: z.string().nullable(),
  model: z.string().nullable(),
  provider: z.string().nullable(),
  pool: z.string().nullable(),
  kind: z.enum(CHARGE_KINDS),
  tokenClass: z.enum(TOKEN_CLASSES).nullable(),
  modality: z.enum(MODALITIES).nullable().describe('Of the tokens; null: text, or not per token'),
  requests: count.describe('Counted on one line only, that of uncached input where charges are by token class'),
  quantity: decimalOut,
  unit: z.enum(CHARGE_UNITS),
  list: unknownable(decimalOut),
  effective: unknownable(decimalOut),
  billed: unknownable(decimalOut).describe('Null: not known'),
  priceVersion: z.string().nullable(),
  policyVersion: z.int().nullable(),
  priceRules: z
    .array(z.string())
    .describe('Versions of price rules that had a part in the cost, in the order in which they work'),
  correction: z
    .object({ period: z.string(), cause: z.enum(CORRECTION_CAUSES) })
    .nullable()
    .describe('The closed month whose line this takes to what it should have been; null: a line of this month'),
  review: z
    .enum(['open', 'answered', 'acknowledged'])
    .optional()
    .describe('How it stands that somebody disputed or acknowledged; there where somebody did'),
});
export type StatementLineWire = z.output<typeof statementLine>;

const model = z.object({ model: z.string(), pool: z.string().nullable(), provider: z.string().nullable(), ...summary });

const poolCosts = z.object({
  list: unknownable(decimalOut).describe('At public prices; null when not known of all of its capacity'),
  contracted: unknownable(decimalOut).describe('At negotiated prices, before what commitments save; null likewise'),
  invoiced: unknownable(decimalOut).describe(
    'Cash: what fell due in the period. Null for a month that was closed before it was kept',
  ),
  effective: decimalOut.describe('With what was paid at once amortised; what lines charge'),
});

const pool = z.object({
  pool: z.string(),
  kind: z.enum(POOL_KINDS),
  cost: poolCosts
    .extend({ billed: decimalOut.describe("The effective cost in the currency's minor unit") })
    .nullable()
    .describe(
      'What its instances, or its shared costs, came to; null when no record or purchase covers any of the period',
    ),
  ...summary,
  unexplained: decimalOut.describe('Cost less all that stands on lines: 0'),
  paidInstanceSeconds: decimalOut,
  utilization: unknownable(decimalOut).describe('Used by paid capacity; null when the basis cannot know'),
  untimedRequests: count,
});

export const statementsWire = z.object({
  state: statementState,
  closing: closingWire.nullable().describe('Null: a draft'),
  account: z.string(),
  currency: z.string(),
  period: z.object({ name: z.string(), timeZone: z.string(), start: instantOut, end: instantOut }),
  accruedTo: instantOut.describe('Exclusive end of the time whose cost is counted'),
  ...summary,
  teams: z.array(
    z.object({
      team: z.string(),
      known: z.boolean(),
      ...summary,
      lineCount: z.int(),
      models: z.array(model),
      lines: z.array(statementLine),
    }),
  ),
  pools: z.array(pool),
  providers: z.array(z.object({ provider: z.string(), ...summary })),
  models: z.array(model),
});
export type StatementsWire = z.output<typeof statementsWire>;

/** A month as it was closed or issued, in sums; its lines are asked for apart. */
export const closedWire = statementsWire.omit({ teams: true, pools: true, providers: true, models: true }).extend({
  closing: closingWire,
  lineCount: z.int(),
  teams: z.array(z.object({ team: z.string(), known: z.boolean(), ...summary, lineCount: z.int() })),
});
export type ClosedWire = z.output<typeof closedWire>;

export const rollUpsWire = z.object({
  state: statementState,
  account: z.string(),
  currency: z.string(),
  period: statementsWire.shape.period,
  accruedTo: instantOut,
  by: z.enum(ROLL_UP_LEVELS),
  ...summary,
  rollUps: z.array(
    z.object({
      name: z.string().nullable().describe('Null: lines without a cost centre, or of one without a business unit'),
      costCenters: z.array(z.string()),
      teams: z.array(z.string()),
      ...summary,
    }),
  ),
});
export type RollUpsWire = z.output<typeof rollUpsWire>;
export type SummaryWire = Pick<StatementsWire, keyof typeof summary>;
export type ModelWire = z.output<typeof model>;
export type PoolSummaryWire = z.output<typeof pool>;

const manifestSum = { rows: z.int(), ...costTotals.shape };
export const chargebackManifest = z.object({
  file: z.string(),
  state: statementState,
  sha256: z.string(),
  bytes: z.int(),
  rows: z.int(),
  unpricedRows: z.int(),
  columns: z.array(z.string()),
  account: z.string(),
  team: z.string().nullable(),
  billingPeriod: z.string(),
  timeZone: z.string(),
  start: instantOut,
  end: instantOut,
  accruedTo: instantOut,
  currency: z.string(),
  total: z.object(manifestSum),
  parties: z.array(z.object({ pool: z.string().nullable(), provider: z.string().nullable(), ...manifestSum })),
  pools: z
    .array(poolCosts.extend({ pool: z.string() }))
    .describe('What the pools cost as a whole; none in the file of one team'),
  policyVersions: z.array(z.object({ pool: z.string(), version: z.int() })),
  priceVersions: z.array(z.string()),
});
export type ChargebackManifestWire = z.output<typeof chargebackManifest>;

export const focusManifest = chargebackManifest.omit({ unpricedRows: true }).extend({
  focusVersion,
  unpriced: summary.unpriced.describe('Lines that have no row, for their cost is not known'),
  rowsWithoutListPrice: z
    .int()
    .describe('Rows whose ListCost is their EffectiveCost, for the public price is not known'),
});
export type FocusManifestWire = z.output<typeof focusManifest>;

export const summaryManifest = chargebackManifest.omit({ unpricedRows: true }).extend({
  lines: z.int().describe('Lines behind the rows; the sums count these'),
  unpriced: summary.unpriced,
});
export type SummaryManifestWire = z.output<typeof summaryManifest>;

export const verificationWire = z.object({
  period: z.string(),
  agrees: z.boolean(),
  checked: z.object({
    events: count,
    buckets: z.int(),
    chargePeriods: z.int(),
    lines: z.int(),
    pools: z.int(),
    providers: z.int(),
  }),
  firstDifference: z
    .object({
      what: z.enum(['bucket', 'line', 'total', 'identity', 'intake', 'close', 'ledger']),
      where: z.string(),
      expected: z.string().describe('As recomputed, or as it was closed'),
      found: z.string(),
    })
    .nullable(),
  sinceClose: z
    .object({ lines: z.int(), billed: decimalOut, currency: z.string() })
    .nullable()
    .describe('Of a closed month: what it would be billed now beyond what was billed for it, corrections included'),
});
export type VerificationWire = z.output<typeof verificationWire>;
