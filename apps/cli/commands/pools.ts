import { type Command, Option } from 'commander';
import { type PoolPolicyWire, poolWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { parseThroughput, parseWeights } from '../parse/weights.js';
import { renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = [
  { title: 'POOL' },
  { title: 'BASIS' },
  { title: 'PARAMETERS' },
  { title: 'IDLE' },
  { title: 'FROM' },
  { title: 'VERSION' },
];
const BASES = ['weighted_tokens', 'throughput', 'inference_time', 'requests'] as const;

interface PolicyOptions {
  readonly basis: (typeof BASES)[number];
  readonly idle: 'separate' | 'proportional';
  readonly weights?: string;
  readonly throughput?: string;
  readonly from?: string;
}

export function addPoolsCommands(program: Command, connect: Connect): void {
  const pools = program.command('pools').description('pools of instances and how their cost is attributed');

  withPolicyOptions(pools.command('create'))
    .description('make a pool with its first policy')
    .argument('<name>', 'the pool, as events give it')
    .action(async (pool: string, options: PolicyOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const made = await client.request('POST', '/v1/pools', poolWire, { body: { pool, ...toPolicy(options) } });
      terminal.out(`pool ${made.pool} made: ${options.basis}, idle ${options.idle}\n`);
    });

  withPolicyOptions(pools.command('set-policy'))
    .description('change how the cost of a pool is attributed from an instant on')
    .argument('<name>', 'the pool')
    .action(async (pool: string, options: PolicyOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `/v1/pools/${encodeURIComponent(pool)}/policies`;
      const changed = await client.request('POST', path, poolWire, { body: toPolicy(options) });
      const latest = changed.policies.at(-1);
      terminal.out(
        `pool ${changed.pool}: version ${latest?.version ?? 0} of its policy holds from ${latest?.validFrom ?? ''}\n`,
      );
    });

  pools
    .command('list')
    .description('list the pools with all versions of their policies')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/pools', poolWire);
      if (options.json) return printJson(terminal, all);
      const rows = all.flatMap(({ pool, policies }) =>
        policies.map((policy) => {
          const { attribution, idle, validFrom, version } = policy;
          return [pool, attribution.basis, parametersOf(policy), idle, validFrom, version];
        }),
      );
      terminal.out(renderTable(COLUMNS, rows));
    });
}

function withPolicyOptions(command: Command): Command {
  return command
    .addOption(new Option('--basis <basis>', 'how the used cost is split').choices(BASES).makeOptionMandatory())
    .option(
      '--weights <list>',
      'for weighted_tokens (and the input side of throughput): inputUncached=1,cacheRead=0.1,output=2',
    )
    .option('--throughput <rates>', 'for throughput, tokens per second of one instance: prefill=73700,decode=14800')
    .addOption(
      new Option('--idle <policy>', 'who pays for unused capacity')
        .choices(['separate', 'proportional'])
        .default('separate'),
    )
    .option(
      '--from <instant>',
      'from when on it holds, on a quarter of an hour (default: always for the first, then the next quarter)',
    );
}

function toPolicy({ basis, idle, weights, throughput, from }: PolicyOptions) {
  const validFrom = from === undefined ? {} : { validFrom: from };
  return { attribution: toAttribution(basis, weights, throughput), idle, ...validFrom };
}

function toAttribution(basis: PolicyOptions['basis'], weights: string | undefined, throughput: string | undefined) {
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
    default:
      if (weights !== undefined) throw usageError(`--weights does not go with --basis ${basis}`);
      return { basis };
  }
}

function parametersOf({ attribution }: PoolPolicyWire): string {
  const pairs = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts)
      .map(([name, value]) => `${name}=${value}`)
      .join(',');
  switch (attribution.basis) {
    case 'weighted_tokens':
      return pairs(attribution.weights);
    case 'throughput':
      return `prefill=${attribution.prefillTokensPerSecond},decode=${attribution.decodeTokensPerSecond},${pairs(attribution.inputWeights)}`;
    default:
      return '';
  }
}
