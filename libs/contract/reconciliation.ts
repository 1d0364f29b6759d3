import { z } from 'zod';
import { DIFFERENCE_POLICIES } from '#invoice/domain';
import { decimalOut } from './decimal.js';

const percent = decimalOut.nullable().describe('Of what was metered; null where nothing was');
const text = z.string().nullable();

const reconciledParty = z.object({
  pool: text,
  provider: text.describe('As the price book calls it, however events spelled it'),
  state: z.enum(['matched', 'differs', 'missing_invoice']),
  policy: z.enum(DIFFERENCE_POLICIES),
  policyVersion: z.int().nullable().describe('Null: nothing was agreed, which is `hold`'),
  metered: decimalOut.describe('Cost on its lines before anything is trued up, full precision'),
  invoiced: decimalOut.nullable().describe('Without tax, in whole minor units; null: no invoice'),
  difference: decimalOut.nullable().describe('Invoiced less metered'),
  differencePercent: percent,
  adjusted: decimalOut.describe('What the policy true_up or shared_pool adds to the metered cost'),
  billed: decimalOut.describe('On statements, adjustments and closed corrections of the month included'),
  open: decimalOut.describe('Invoiced less billed'),
  models: z
    .array(
      z.object({
        model: text,
        metered: decimalOut,
        invoiced: decimalOut,
        difference: decimalOut,
        differencePercent: percent,
      }),
    )
    .describe('Where invoice lines tell their model'),
});
export type ReconciledPartyWire = z.output<typeof reconciledParty>;

export const reconciliationWire = z.object({
  period: z.string(),
  state: z.enum(['draft', 'closed']),
  currency: z.string(),
  parties: z.array(reconciledParty),
  unmatched: z
    .array(z.object({ provider: z.string(), subAccount: text, sku: text, lines: z.int(), invoiced: decimalOut }))
    .describe('Invoice lines that are matched to nobody'),
  totals: z
    .object({
      statements: decimalOut,
      platformOwn: decimalOut.describe('What rules say is charged to nobody'),
      tax: decimalOut,
      open: decimalOut.describe('Of all parties, and all that is unmatched'),
      invoices: decimalOut,
    })
    .describe('statements + platformOwn + tax + open = invoices'),
});
export type ReconciliationWire = z.output<typeof reconciliationWire>;
