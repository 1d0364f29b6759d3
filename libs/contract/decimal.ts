import { z } from 'zod';
import { decimalToScaled } from '#money';

/** A plain decimal of at least zero, as a string or a JSON number; becomes an integer scaled by 10^`decimals`. */
export const scaledDecimal = (decimals: number) =>
  z.union([z.string(), z.number()]).transform((given, context): bigint => {
    const scaled = decimalToScaled(String(given), decimals);
    if (scaled !== undefined && scaled >= 0n && scaled < 10n ** BigInt(12 + decimals)) return scaled;
    context.addIssue({
      code: 'custom',
      message: `must be a decimal of at least 0 with at most ${decimals} decimals and 12 digits before the point`,
    });
    return z.NEVER;
  });

/** An exact amount or quantity in an answer. */
export const decimalOut = z.string().meta({ examples: ['55.04'] });
