import { z } from 'zod';
import { PURCHASE_MODELS } from '#cost-record/domain';
import { poolName } from './cost-record.js';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

const NAME_MAX = 255;

export const purchaseQuery = z.strictObject({ ...pageQuery(1), pool: poolName.optional() });
export type PurchaseQuery = z.output<typeof purchaseQuery>;
export const purchasePath = z.object({ purchase: nameText(NAME_MAX) });
export type PurchasePath = z.output<typeof purchasePath>;

const hourlyTerms = z.object({
  from: instantOut,
  hourlyRate: decimalOut.describe('Per instance and hour'),
  power: z
    .object({
      kilowatts: decimalOut.describe('That one instance draws'),
      pue: decimalOut,
      energyPrice: decimalOut.describe('Per kilowatt-hour'),
    })
    .nullable(),
});

export const purchaseWire = z.object({
  purchase: z.string(),
  version: z.int(),
  pool: z.string(),
  provider: z.string(),
  region: z.string(),
  instanceType: z.string(),
  pricingModel: z.enum(PURCHASE_MODELS),
  count: decimalOut.describe('Instances; 0: withdrawn'),
  upfront: decimalOut.describe('Paid when the term begins, for all instances together'),
  residualValue: decimalOut.describe('What hardware is still worth at the end'),
  terms: z.array(hourlyTerms).describe('What is paid as time goes by, each from its instant until the next'),
  listHourlyRate: decimalOut.nullable(),
  contractedHourlyRate: decimalOut.nullable(),
  currency: z.string(),
  from: instantOut,
  to: instantOut.describe('Exclusive'),
  recordedFrom: instantOut
    .nullable()
    .describe('Since when cost records say how many of its instances ran; null: all are taken as running'),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type PurchaseWire = z.output<typeof purchaseWire>;
export const purchasePage = pageOf(purchaseWire);
export const purchaseVersions = z.object({ data: z.array(purchaseWire) });
export type PurchaseVersions = z.output<typeof purchaseVersions>;
