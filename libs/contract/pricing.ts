import { z } from 'zod';
import { MODALITIES, TOKEN_CLASSES, USAGE_UNITS } from '#token';
import { decimalOut } from './decimal.js';
import { instant, instantOut } from './instant.js';
import { nameText, numberedPageQuery, pageOf } from './page.js';

const NAME_MAX = 255;

export const priceQuery = z.strictObject({
  ...numberedPageQuery,
  provider: nameText(NAME_MAX).optional(),
  model: nameText(NAME_MAX).optional().describe('The model of the price, in any case of letters'),
  kind: z.enum(['list', 'contract']).optional(),
  at: instant.optional().describe('Only prices in force then; left out: all versions, superseded ones too'),
});
export type PriceQuery = z.output<typeof priceQuery>;

export const pricePath = z.object({
  priceVersionId: z.string().regex(/^[0-9]{1,18}$/, 'is not the id of a price version'),
});
export type PricePath = z.output<typeof pricePath>;

const tokenPrices = z.partialRecord(z.enum(TOKEN_CLASSES), decimalOut);

const rate = z.object({
  contextFrom: z.int().describe('The rates hold for requests with at least so many input tokens, for all their tokens'),
  pricePer1M: tokenPrices.describe(
    'Price of 1,000,000 tokens by class. A class left out costs what the one it stands for does',
  ),
  modalityPricePer1M: z
    .partialRecord(z.enum(MODALITIES), tokenPrices)
    .describe('The same for tokens that are not text. What is left out costs what text does'),
  unitPrices: z
    .partialRecord(z.enum(USAGE_UNITS), z.object({ price: decimalOut, per: z.int() }))
    .describe('Price of so many searches, pages or seconds'),
  pricePerRequest: decimalOut
    .nullable()
    .describe('Null: the price does not name it, and that of the list price stands'),
});

const volumePrice = z.discriminatedUnion('model', [
  z.object({
    model: z.enum(['graduated', 'volume']),
    tiers: z.array(z.object({ volumeFrom: decimalOut, pricePer1M: decimalOut })),
  }),
  z.object({ model: z.literal('package'), packageTokens: decimalOut, pricePerPackage: decimalOut }),
]);

export const priceWire = z.object({
  priceVersionId: z.string(),
  kind: z.enum(['list', 'contract']).describe('The public price, or the negotiated one, which wins'),
  provider: z.string(),
  model: z.string(),
  serviceTier: z.string(),
  region: z.string().describe('Empty: any'),
  from: instantOut,
  to: instantOut.nullable().describe('Exclusive; null: open'),
  daily: z
    .object({ from: z.string(), to: z.string() })
    .nullable()
    .describe('Holds only at this time of the UTC day, [from, to); may pass midnight'),
  version: z.int(),
  state: z.enum(['current', 'superseded', 'withdrawn']),
  currency: z.string(),
  rates: z.array(rate),
  volumePrices: z
    .partialRecord(z.enum(TOKEN_CLASSES), volumePrice)
    .describe(
      "Classes whose price follows the account's tokens of the billing period: each costs the price of its tier " +
        '(graduated), all that of the tier the last one reached (volume), or started packages count (package)',
    ),
  source: z.string(),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type PriceWire = z.output<typeof priceWire>;
export const pricePage = pageOf(priceWire);
