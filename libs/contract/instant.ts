import { z } from 'zod';
import { type EpochMs, parseExactInstant } from '#calendar';

/** An ISO 8601 instant with its offset; becomes milliseconds, what is finer is cut. */
export const instant = z
  .string()
  .meta({ format: 'date-time', examples: ['2026-11-01T12:00:00Z'] })
  .transform((text, context): EpochMs => {
    const parsed = parseExactInstant(text);
    if (!('code' in parsed)) return parsed.ms;
    context.addIssue({ code: 'custom', message: parsed.detail });
    return z.NEVER;
  });

/** An instant in an answer. */
export const instantOut = z.string().meta({ format: 'date-time', examples: ['2026-11-01T12:00:00Z'] });
