import type { Command } from 'commander';
import { poolWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { idleOf, type PolicyOptions, parametersOf, toPolicy, withPolicyOptions } from './pool-policy.js';

const COLUMNS = [
  { title: 'POOL' },
  { title: 'BASIS' },
  { title: 'PARAMETERS' },
  { title: 'IDLE' },
  { title: 'FROM' },
  { title: 'VERSION' },
];

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
          const { attribution, validFrom, version } = policy;
          return [pool, attribution.basis, parametersOf(policy), idleOf(policy), validFrom, version];
        }),
      );
      terminal.out(renderTable(COLUMNS, rows));
    });
}
