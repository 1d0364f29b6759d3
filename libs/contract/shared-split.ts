import { z } from 'zod';
import { type SharedSplit, sumOfShares, toPoolShares, WHOLE_PERCENT } from '#cost-record/domain';
import { scaledToDecimal } from '#money';
import { scaledDecimal } from './decimal.js';
import { nameText } from './page.js';
import { agreedShares, teamSharesOut } from './team-shares.js';

const NAME_MAX = 255;
const POOLS_MAX = 1_000;
const DECIMALS = 6;
const FOLLOWED = ['attributed_cost', 'tokens', 'even'] as const;

const poolName = nameText(NAME_MAX);

const pools = z
  .array(poolName)
  .min(1, 'must name at least one pool')
  .max(POOLS_MAX, `must not name more than ${POOLS_MAX} pools`)
  .refine((names) => new Set(names).size === names.length, 'must not name a pool twice')
  .transform((names) => [...names].sort())
  .optional()
  .describe('Pools of capacity or of shared cost; every pool of capacity that cost something if left out');

const poolShares = z
  .record(
    poolName,
    scaledDecimal(DECIMALS).refine((value) => value > 0n, 'must be above 0'),
  )
  .refine((given) => Object.keys(given).length <= POOLS_MAX, `must not name more than ${POOLS_MAX} pools`)
  .transform((given) => toPoolShares(Object.entries(given)))
  .superRefine((shares, context) => {
    const sum = sumOfShares(shares);
    if (sum === WHOLE_PERCENT) return;
    const message = `must sum to exactly 100 percent, not ${scaledToDecimal(sum, DECIMALS)}`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('What each pool takes, in percent; together exactly 100');

const overTeams = z.discriminatedUnion('by', [
  z.strictObject({ over: z.literal('teams'), by: z.enum(FOLLOWED) }),
  z.strictObject({ over: z.literal('teams'), by: z.literal('fixed'), shares: agreedShares }),
]);
const overPools = z.discriminatedUnion('by', [
  z
    .strictObject({ over: z.literal('pools'), by: z.enum(FOLLOWED), pools })
    .transform(({ pools: named = null, ...split }) => ({ ...split, pools: named })),
  z.strictObject({ over: z.literal('pools'), by: z.literal('fixed'), shares: poolShares }),
]);

/** Over whom a shared pool's cost is split, as a body gives it. */
export const sharedSplit: z.ZodType<SharedSplit> = z
  .discriminatedUnion('over', [overTeams, overPools])
  .describe(
    'Over whom the cost is split, and what parts follow: cost attributed in the month, tokens, nothing (the same for each), or agreed percentages. The part of a pool goes on as that pool does',
  );

export const sharedSplitOut = z.object({
  over: z.enum(['teams', 'pools']),
  by: z.enum([...FOLLOWED, 'fixed']),
  pools: z.array(z.string()).nullable().optional().describe('Null: every pool of capacity that cost something'),
  shares: teamSharesOut.optional().describe('Percent by team or pool'),
});
