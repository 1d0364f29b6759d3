import { z } from 'zod';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { statementPath } from './statement.js';

export const policyPreviewQuery = z.strictObject(statementPath.shape);
export type PolicyPreviewQuery = z.output<typeof policyPreviewQuery>;

const amounts = z.object({
  effective: decimalOut.describe('Full precision'),
  billed: decimalOut.describe("Rounded to the currency's minor unit"),
});

export const policyPreviewWire = z.object({
  period: z.string(),
  currency: z.string(),
  policy: z
    .object({ pool: z.string(), version: z.int(), validFrom: instantOut })
    .nullable()
    .describe('The version that it would become; null: it would say what holds already'),
  changes: z
    .array(
      z.object({
        team: z.string(),
        known: z.boolean(),
        costCenter: z.string().nullable(),
        before: amounts,
        after: amounts,
        change: amounts,
      }),
    )
    .describe('Those that would owe another amount, the largest change first. The changes sum to 0'),
});
export type PolicyPreviewWire = z.output<typeof policyPreviewWire>;
