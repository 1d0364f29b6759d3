import { type Command, Option } from 'commander';
import type { PoolPolicyWire } from '#contract';
import { usageError } from '../exit-code.js';
import { parseShares } from '../parse/shares.js';
import { parseThroughput, parseWeights } from '../parse/weights.js';

const BASES = [
  'weighted_tokens',
  'throughput',
  'phase_time',
  'inference_time',
  'requests',
  'list_price',
  'even',
  'fixed',
  'peak',
] as const;

const IDLE_POLICIES = ['separate', 'proportional', 'even', 'fixed', 'reserved'] as const;

export interface PolicyOptions {
  readonly basis?: (typeof BASES)[number];
  readonly idle?: (typeof IDLE_POLICIES)[number];
  readonly idleShares?: string;
  readonly weights?: string;
  readonly throughput?: string;
  readonly shares?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly from?: string;
}

/** The options by which a policy is said. */
export function withPolicyOptions(command: Command): Command {
  return command
    .addOption(new Option('--basis <basis>', 'how the used cost is split').choices(BASES))
    .option(
      '--weights <list>',
      'for weighted_tokens (and the input side of throughput and phase_time): inputUncached=1,cacheRead=0.1,output=2',
    )
    .option('--throughput <rates>', 'for throughput, tokens per second of one instance: prefill=73700,decode=14800')
    .option('--provider <name>', 'for list_price, whose published prices are the weights')
    .option('--model <name>', 'for list_price, the same or a like model in the price book')
    .option('--shares <list>', 'for fixed, percent of the cost by team, together 100: search=60,ads=40')
    .addOption(new Option('--idle <policy>', 'who pays for unused capacity (default: separate)').choices(IDLE_POLICIES))
    .option('--idle-shares <list>', 'for idle fixed (together 100) and reserved, percent by team: search=60,ads=40')
    .option(
      '--from <instant>',
      'from when on it holds, on a quarter of an hour (default: always for the first, then the next quarter)',
    );
}

/** The policy as the API takes it. Throws a usage error when options do not go together. */
export function toPolicy(options: PolicyOptions) {
  return { attribution: toAttribution(options), idle: toIdle(options) };
}

function toIdle({ idle = 'separate', idleShares }: PolicyOptions) {
  if (idle !== 'fixed' && idle !== 'reserved') {
    if (idleShares !== undefined) throw usageError(`--idle-shares does not go with --idle ${idle}`);
    return idle;
  }
  if (idleShares === undefined) throw usageError(`--idle ${idle} needs --idle-shares`);
  return { policy: idle, shares: parseShares(idleShares, '--idle-shares') };
}

function toAttribution({ basis, weights, throughput, shares, provider, model }: PolicyOptions) {
  if (basis === undefined) throw usageError('a pool needs --basis, or --shared with --over and --by');
  if ((provider ?? model) !== undefined && basis !== 'list_price')
    throw usageError(`--provider and --model do not go with --basis ${basis}`);
  if (shares !== undefined && basis !== 'fixed') throw usageError(`--shares does not go with --basis ${basis}`);
  if (throughput !== undefined && basis !== 'throughput')
    throw usageError(`--throughput does not go with --basis ${basis}`);
  switch (basis) {
    case 'weighted_tokens':
      if (weights === undefined)
        throw usageError('--basis weighted_tokens needs --weights: no weights are right for every machine');
      return { basis, weights: parseWeights(weights) };
    case 'throughput':
      if (throughput === undefined) throw usageError('--basis throughput needs --throughput');
      return {
        basis,
        ...parseThroughput(throughput),
        ...(weights === undefined ? {} : { inputWeights: parseWeights(weights) }),
      };
    case 'list_price':
      if (weights !== undefined) throw usageError(`--weights does not go with --basis ${basis}`);
      if (provider === undefined || model === undefined)
        throw usageError('--basis list_price needs --provider and --model');
      return { basis, provider, model };
    case 'fixed':
      if (weights !== undefined) throw usageError(`--weights does not go with --basis ${basis}`);
      if (shares === undefined) throw usageError('--basis fixed needs --shares');
      return { basis, shares: parseShares(shares, '--shares') };
    case 'phase_time':
      return { basis, ...(weights === undefined ? {} : { inputWeights: parseWeights(weights) }) };
    default:
      if (weights !== undefined) throw usageError(`--weights does not go with --basis ${basis}`);
      return { basis };
  }
}

/** The idle policy of a pool, with its shares. */
export function idleOf({ idle }: PoolPolicyWire): string {
  return typeof idle === 'string' ? idle : `${idle.policy} ${pairs(idle.shares)}`;
}

/** The parameters of a policy's basis, in the words of the options. */
export function parametersOf({ attribution }: PoolPolicyWire): string {
  switch (attribution.basis) {
    case 'weighted_tokens':
      return pairs(attribution.weights);
    case 'throughput':
      return `prefill=${attribution.prefillTokensPerSecond},decode=${attribution.decodeTokensPerSecond},${pairs(attribution.inputWeights)}`;
    case 'phase_time':
      return pairs(attribution.inputWeights);
    case 'list_price':
      return pairs({ provider: attribution.provider, model: attribution.model });
    case 'fixed':
      return pairs(attribution.shares);
    default:
      return '';
  }
}

export function pairs(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
