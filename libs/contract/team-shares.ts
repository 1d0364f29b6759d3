import { z } from 'zod';
import { PERCENT_SCALE, sumOfShares, type TeamShares, toTeamShares, WHOLE_PERCENT } from '#cost-record/domain';
import { scaledToDecimal } from '#money';
import { decimalOut, scaledDecimal } from './decimal.js';
import { nameText } from './page.js';

const NAME_MAX = 255;
const TEAMS_MAX = 1_000;
const DECIMALS = PERCENT_SCALE.toString().length - 1;

const percent = scaledDecimal(DECIMALS).refine((value) => value > 0n, 'must be above 0');

/** Percentages by team; becomes shares sorted by team. */
export const teamShares = z
  .record(nameText(NAME_MAX), percent)
  .refine((given) => Object.keys(given).length <= TEAMS_MAX, `must not name more than ${TEAMS_MAX} teams`)
  .transform((given): TeamShares => toTeamShares(Object.entries(given)));

export const agreedShares = teamShares
  .superRefine((shares, context) => {
    const sum = sumOfShares(shares);
    if (sum === WHOLE_PERCENT) return;
    const message = `must sum to exactly 100 percent, not ${scaledToDecimal(sum, DECIMALS)}`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('What each team pays, in percent; together exactly 100');

export const reservedShares = teamShares
  .refine((shares) => shares.length > 0, 'must name at least one team')
  .refine((shares) => sumOfShares(shares) <= WHOLE_PERCENT, 'must not sum to more than 100 percent')
  .describe('What each team reserved of the capacity, in percent; together at most 100');

export const teamSharesOut = z.record(z.string(), decimalOut);
