import { type Command, Option } from 'commander';
import type { SharedPolicyWire } from '#contract';
import { usageError } from '../exit-code.js';
import { parseShares } from '../parse/shares.js';
import { pairs } from './pool-policy.js';

const OVER = ['teams', 'pools'] as const;
const RULES = ['attributed_cost', 'tokens', 'even', 'fixed'] as const;

export interface SplitOptions {
  readonly shared?: true;
  readonly over?: (typeof OVER)[number];
  readonly by?: (typeof RULES)[number];
  readonly pools?: string;
  readonly shares?: string;
}

/** The options by which the split of a shared pool is said; `--shares` is that of policies. */
export function withSplitOptions(command: Command): Command {
  return command
    .option('--shared', 'a pool of shared cost (storage, network, staff) instead of one of instances')
    .addOption(new Option('--over <whom>', 'with --shared, over whom the cost is split').choices(OVER))
    .addOption(new Option('--by <rule>', 'with --shared, what parts follow').choices(RULES))
    .option(
      '--pools <list>',
      'with --over pools, which, shared ones too (default: all of instances with a cost): h100,a100',
    );
}

/** The split as the API takes it. Throws a usage error when options do not go together. */
export function toSplit({ over, by, pools, shares }: SplitOptions) {
  if (over === undefined || by === undefined) throw usageError('--shared needs --over and --by');
  if (pools !== undefined && over !== 'pools') throw usageError(`--pools does not go with --over ${over}`);
  if (by === 'fixed') {
    if (pools !== undefined) throw usageError('--pools does not go with --by fixed: --shares names them');
    if (shares === undefined) throw usageError('--by fixed needs --shares');
    return { over, by, shares: parseShares(shares, '--shares') };
  }
  if (shares !== undefined) throw usageError(`--shares does not go with --by ${by}`);
  return { over, by, ...(pools === undefined ? {} : { pools: pools.split(',').map((name) => name.trim()) }) };
}

/** Over whom a shared pool is split, in the words of the options. */
export function splitOf({ split }: SharedPolicyWire): string {
  const over = `over=${split.over}`;
  if (split.shares) return `${over} ${pairs(split.shares)}`;
  return split.pools ? `${over} ${split.pools.join(',')}` : over;
}
