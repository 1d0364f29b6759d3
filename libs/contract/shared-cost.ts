import { z } from 'zod';
import { poolName } from './cost-record.js';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { costPageQuery, pageOf } from './page.js';

export const sharedCostQuery = z.strictObject({ ...costPageQuery, pool: poolName.optional() });
export type SharedCostQuery = z.output<typeof sharedCostQuery>;
export const sharedCostPath = z.object({ sharedCostId: z.uuid('is not the id of a shared cost') });
export type SharedCostPath = z.output<typeof sharedCostPath>;

export const sharedCostWire = z.object({
  sharedCostId: z.string(),
  version: z.int(),
  pool: z.string(),
  description: z.string(),
  vendor: z.string().nullable(),
  amount: decimalOut.describe('Accrues evenly from `from` to `to`; below zero for a credit; 0 withdraws the cost'),
  listAmount: decimalOut.describe('The same at public prices'),
  currency: z.string(),
  from: instantOut,
  to: instantOut.describe('Exclusive'),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type SharedCostWire = z.output<typeof sharedCostWire>;
export const sharedCostPage = pageOf(sharedCostWire);
export const sharedCostVersions = z.object({ data: z.array(sharedCostWire) });
export type SharedCostVersions = z.output<typeof sharedCostVersions>;
