import { z } from 'zod';
import { PRICE_RULE_KINDS } from '#pricing/domain';
import { decimalOut } from './decimal.js';
import { instant, instantOut } from './instant.js';
import { numberedPageQuery, pageOf } from './page.js';

const kind = z
  .enum(PRICE_RULE_KINDS)
  .describe(
    'tier_multiplier: a tier without a price costs so many times the standard one. discount, markup: percent off or on what usage ' +
      'costs. minimum: what a month of a provider costs at least',
  );

export const priceRuleQuery = z.strictObject({
  ...numberedPageQuery,
  kind: kind.optional(),
  at: instant.optional().describe('Only rules in force then; left out: all versions, superseded ones too'),
});
export type PriceRuleQuery = z.output<typeof priceRuleQuery>;

export const priceRulePath = z.object({
  priceRuleId: z.string().regex(/^[0-9]{1,18}$/, 'is not the id of a version of a price rule'),
});
export type PriceRulePath = z.output<typeof priceRulePath>;

export const priceRuleWire = z.object({
  priceRuleId: z.string(),
  kind,
  provider: z.string().describe('Empty, as all that narrows a rule down: any'),
  model: z.string().describe('`*` stands for any characters'),
  serviceTier: z.string(),
  team: z.string(),
  costCenter: z.string(),
  value: decimalOut.describe('A multiplier, a percentage, or of a minimum an amount for each month'),
  currency: z.string().nullable().describe('Of a minimum'),
  from: instantOut,
  to: instantOut.nullable().describe('Exclusive; null: open'),
  version: z.int(),
  state: z.enum(['current', 'superseded', 'withdrawn']),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type PriceRuleWire = z.output<typeof priceRuleWire>;
export const priceRulePage = pageOf(priceRuleWire);
