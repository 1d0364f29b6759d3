import { z } from 'zod';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { numberedPageQuery, pageOf } from './page.js';

const currency = z.string().regex(/^[A-Z]{3}$/, 'is no code of ISO 4217');

export const fxRateQuery = z.strictObject({ ...numberedPageQuery, from: currency.optional(), to: currency.optional() });
export type FxRateQuery = z.output<typeof fxRateQuery>;

export const fxRateWire = z.object({
  fxRateId: z.string(),
  from: z.string(),
  to: z.string(),
  day: z.string().meta({ examples: ['2026-09-30'] }),
  rate: decimalOut.describe('One unit of `from` in `to`'),
  source: z.string(),
  version: z.int(),
  state: z.enum(['current', 'superseded']),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type FxRateWire = z.output<typeof fxRateWire>;
export const fxRatePage = pageOf(fxRateWire);
