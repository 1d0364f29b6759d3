import { z } from 'zod';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { pageQuery } from './page.js';
import { attributionOut, idleOut } from './pool-policy.js';
import { priceWire } from './pricing.js';
import { statementLine, statementState } from './statement.js';

export const linePath = z.object({
  lineId: z
    .string()
    .regex(/^\d{4}-\d{2}\.[0-9a-f]{6,20}$/, 'is not the id of a line, such as 2023-11.5f0c1d2e3b4a59687766')
    .describe('The id of a line, or so many of its digits, six at least, as no other line of the month begins with'),
});
export type LinePath = z.output<typeof linePath>;

const isPosition = ([chargePeriod = '', ordinal = '']: readonly string[]) =>
  /^-?\d{1,15}$/.test(chargePeriod) && /^\d{1,9}$/.test(ordinal);
export const explanationQuery = z.strictObject(pageQuery(2, isPosition));
export type ExplanationQuery = z.output<typeof explanationQuery>;

const whole = z.string().describe('A whole number');
const unknownable = decimalOut.nullable();

const splitShare = z
  .object({
    by: z.enum([
      ...['running', 'unused', 'phase', 'idle', 'team', 'usage', 'idle_policy', 'peak', 'volume'],
      ...['shared_pool', 'shared', 'kept', 'minimum', 'invoice', 'line'],
    ] as const),
    name: z.string().nullable().describe('Which phase, team, pool or rule'),
    amount: decimalOut.describe('What was split'),
    weight: decimalOut.describe("The line's"),
    totalWeight: decimalOut.describe("Everybody's"),
    parts: z
      .int()
      .describe('Parts of the split that are the line’s, each cut to the smallest unit and then rounded up or not'),
    part: decimalOut.describe('amount x weight / totalWeight, less than `parts` smallest units off'),
  })
  .describe('One split, to be done again by hand');
export type SplitShareWire = z.output<typeof splitShare>;

const cost = z.object({ list: unknownable, effective: decimalOut });

const explainedCharge = z.object({
  chargePeriod: instantOut.describe('Begin of the quarter of an hour'),
  charges: z.int().describe('Charges of single keys, users, regions and tags that are summed here'),
  requests: whole,
  quantity: decimalOut,
  list: unknownable,
  effective: unknownable,
  unitPrice: z
    .object({ list: unknownable, effective: decimalOut })
    .nullable()
    .describe('Of what a provider bills: the price of one unit; times the quantity it is the amount'),
  poolCost: z
    .object({
      ...cost.shape,
      instanceSeconds: decimalOut,
      sources: z.array(
        z.object({
          costRecordId: z.string(),
          version: z.int(),
          provider: z.string(),
          instanceType: z.string(),
          pricingModel: z.string(),
          hourlyRate: decimalOut,
          count: decimalOut,
          from: instantOut,
          to: instantOut.nullable(),
          effective: decimalOut.describe('Its part of the cost of the charge period'),
        }),
      ),
      purchases: z
        .array(z.object({ purchase: z.string(), version: z.int() }))
        .describe('What was bought for a term; it covers what records say ran, so these have no part of their own'),
      otherSources: decimalOut.describe('What of the cost is from none of these'),
    })
    .nullable()
    .describe('What the pool cost in the charge period'),
  splits: z
    .array(splitShare)
    .describe("From the pool's cost to the amount, in order; none: it is all of it, or a price made it"),
  setAside: z
    .object({ by: z.enum(['idle', 'peak']), ...cost.shape, instanceSeconds: decimalOut })
    .nullable()
    .describe("The pool's cost that is settled over the month: what nobody used, or what the basis `peak` holds"),
  why: z
    .enum(['no_cost', 'no_policy', 'no_basis_price', 'no_price', 'no_fx_rate'])
    .nullable()
    .describe('Why the cost is not known, or nobody’s'),
});
export type ExplainedChargeWire = z.output<typeof explainedCharge>;

const amounts = { requests: whole, quantity: decimalOut, list: unknownable, effective: unknownable };
const compared = z.object({ ...amounts, billed: unknownable });
const rounded = z.object({ effective: decimalOut, billed: decimalOut });

const own = z.object({
  now: compared
    .nullable()
    .describe('The line as it would be billed now; what follows says how. Null: it would be none'),
  policy: z.object({ version: z.int(), validFrom: instantOut, attribution: attributionOut, idle: idleOut }).nullable(),
  prices: z.array(priceWire.omit({ state: true, recordedAt: true, recordedBy: true })),
  charges: z.object({ data: z.array(explainedCharge), nextCursor: z.string().nullable() }),
  charged: z
    .object({ entries: z.int(), ...amounts, setAside: decimalOut })
    .describe('The sum of all charges, of all pages'),
  settlements: z
    .array(z.object({ step: z.string(), ...amounts, splits: z.array(splitShare) }))
    .describe('What was added when the month was settled; `charged` and these sum to the line, in every amount'),
  check: z
    .object({ charged: decimalOut, settled: decimalOut, line: decimalOut, difference: decimalOut })
    .describe('Charges and settlements less the line: 0. Both are billed in ways of their own'),
  rounding: z
    .object({
      party: z.string(),
      minorUnit: decimalOut,
      method: z.enum(['by_weight', 'by_fraction']),
      ofParty: rounded,
      ofTeam: rounded,
      ofLine: rounded,
      splits: z.array(splitShare),
      residue: decimalOut.describe('billed less effective'),
    })
    .nullable(),
});

const circumstances = z.object({
  requests: whole,
  tokens: whole,
  poolCost: unknownable,
  policyVersions: z.array(z.int()),
  priceVersions: z.array(z.string()),
});

export const explanationWire = z.object({
  period: z.string(),
  state: statementState,
  currency: z.string(),
  line: statementLine,
  own: own.nullable().describe('Null for a line that corrects a closed month'),
  correction: z
    .object({
      period: z.string(),
      lineId: z.string().describe('The line of the closed month; its explanation says how `after` comes about'),
      cause: z.string(),
      before: compared,
      after: compared.describe('`before` and the line'),
      evidence: z
        .object({ before: circumstances, after: circumstances })
        .describe("What the cause is read from: the owner's usage, what the pool cost, and versions"),
    })
    .nullable(),
  sinceClose: z
    .object({
      closed: compared,
      corrections: z.array(compared.extend({ period: z.string().nullable().describe('Null: on the open draft') })),
      now: compared.describe('`closed` and the corrections'),
    })
    .nullable()
    .describe('Of a closed month: what the line has become since'),
});
export type ExplanationWire = z.output<typeof explanationWire>;
export type OwnExplanationWire = z.output<typeof own>;
