import type { Command } from 'commander';
import { poolWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { idleOf, type PolicyOptions, parametersOf, toPolicy, withPolicyOptions } from './pool-policy.js';
import { type SplitOptions, splitOf, toSplit, withSplitOptions } from './shared-split.js';

const COLUMNS = [
  { title: 'POOL' },
  { title: 'BASIS' },
  { title: 'PARAMETERS' },
  { title: 'IDLE' },
  { title: 'FROM' },
  { title: 'VERSION' },
];

type TermsOptions = PolicyOptions & SplitOptions;

export function addPoolsCommands(program: Command, connect: Connect): void {
  const pools = program.command('pools').description('pools of instances and how their cost is attributed');

  withSplitOptions(withPolicyOptions(pools.command('create')))
    .description('make a pool with its first policy')
    .argument('<name>', 'the pool, as events give it')
    .action(async (pool: string, options: TermsOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const made = await client.request('POST', '/v1/pools', poolWire, { body: { pool, ...toTerms(options) } });
      const { shared, over = '', by = '', basis = '', idle = 'separate' } = options;
      const terms = shared ? `shared over ${over} by ${by}` : `${basis}, idle ${idle}`;
      terminal.out(`pool ${made.pool} made: ${terms}\n`);
    });

  withSplitOptions(withPolicyOptions(pools.command('set-policy')))
    .description('change how the cost of a pool is attributed from an instant on')
    .argument('<name>', 'the pool')
    .action(async (pool: string, options: TermsOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `/v1/pools/${encodeURIComponent(pool)}/policies`;
      const changed = await client.request('POST', path, poolWire, { body: toTerms(options) });
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
      const rows = all.flatMap((one) =>
        one.kind === 'shared'
          ? one.policies.map((policy) => [
              one.pool,
              policy.split.by,
              splitOf(policy),
              '',
              policy.validFrom,
              policy.version,
            ])
          : one.policies.map((policy) => {
              const { attribution, validFrom, version } = policy;
              return [one.pool, attribution.basis, parametersOf(policy), idleOf(policy), validFrom, version];
            }),
      );
      terminal.out(renderTable(COLUMNS, rows));
    });
}

/** The terms of a policy as the API takes them. Throws a usage error when options do not go together. */
function toTerms(options: TermsOptions) {
  const { from, shared, basis, idle, over, by } = options;
  const validFrom = from === undefined ? {} : { validFrom: from };
  if (!shared) {
    if ((over ?? by ?? options.pools) !== undefined) throw usageError('--over, --by and --pools need --shared');
    return { ...toPolicy(options), ...validFrom };
  }
  const { weights, throughput, provider, model, idleShares } = options;
  if ((basis ?? idle ?? weights ?? throughput ?? provider ?? model ?? idleShares) !== undefined)
    throw usageError('a pool of shared cost has no basis and no idle policy: say --over, --by and --pools or --shares');
  return { kind: 'shared', split: toSplit(options), ...validFrom };
}
