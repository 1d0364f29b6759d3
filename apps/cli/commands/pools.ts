import type { Command } from 'commander';
import { type PolicyPreviewWire, policyPreviewWire, poolWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect, Connection } from '../connection.js';
import { usageError } from '../exit-code.js';
import { type Cell, grouped, renderTable } from '../render/table.js';
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

const CHANGES = [
  ...['TEAM', 'COST CENTRE'].map((title) => ({ title })),
  ...['BEFORE', 'AFTER', 'CHANGE'].map((title) => ({ title, align: 'right' as const })),
];

type TermsOptions = PolicyOptions & SplitOptions;

/** Of `set-policy`. */
interface DryRunOptions {
  readonly dryRun?: true;
  readonly period?: string;
  readonly json?: true;
}

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
    .option('--dry-run', 'only tell what of a month it would change, team by team')
    .option('--period <month>', 'for --dry-run, such as 2023-11')
    .option('--json', 'for --dry-run: print JSON')
    .action(async (pool: string, options: TermsOptions & DryRunOptions, command: Command) => {
      if (options.dryRun) return dryRun(connect(command), pool, options);
      if ((options.period ?? options.json) !== undefined) throw usageError('--period and --json need --dry-run');
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

async function dryRun(
  { client, terminal }: Connection,
  pool: string,
  { period, json, ...terms }: TermsOptions & DryRunOptions,
): Promise<void> {
  if (period === undefined) throw usageError('--dry-run needs --period, the month to try it on');
  const path = `/v1/pools/${encodeURIComponent(pool)}/policy-previews`;
  const preview = await client.request('POST', path, policyPreviewWire, { query: { period }, body: toTerms(terms) });
  if (json) return printJson(terminal, preview);
  const { policy, currency, changes } = preview;
  if (policy === null) return terminal.note('nothing would change: the policy in force says so already');
  terminal.note(
    `version ${policy.version} of the policy of ${policy.pool}, from ${policy.validFrom}; nothing is stored`,
  );
  if (changes.length === 0) return terminal.note(`nobody would owe more or less for ${preview.period}`);
  terminal.out(
    renderTable(
      CHANGES,
      changes.map((change) => rowOf(change, currency)),
    ),
  );
}

function rowOf(
  { team, known, costCenter, ...amounts }: PolicyPreviewWire['changes'][number],
  currency: string,
): Cell[] {
  const { before, after, change } = amounts;
  const name = known ? team : `${team} (unknown)`;
  return [name, costCenter, ...[before, after, change].map(({ billed }) => `${grouped(billed)} ${currency}`)];
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
