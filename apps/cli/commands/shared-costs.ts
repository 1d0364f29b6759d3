import type { Command } from 'commander';
import { sharedCostWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { type Column, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { addImportCommand } from './import-command.js';

const COLUMNS: readonly Column[] = [
  { title: 'POOL' },
  { title: 'DESCRIPTION' },
  { title: 'VENDOR' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'LIST', align: 'right' },
  { title: '' },
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'VERSION', align: 'right' },
];

export function addSharedCostsCommands(program: Command, connect: Connect): void {
  const sharedCosts = program.command('shared-costs').description('what pools of shared cost come to');

  const columns = 'pool,description,vendor,amount,currency,from,to';
  addImportCommand(sharedCosts, connect, { columns, path: '/v1/shared-costs' });

  sharedCosts
    .command('list')
    .description('list the shared costs, each in its current version')
    .option('--pool <pool>', 'of one pool only')
    .option('--json', 'print JSON')
    .action(async (options: { pool?: string; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/shared-costs', sharedCostWire, { pool: options.pool });
      if (options.json) return printJson(terminal, all);
      const rows = all.map((one) => [
        one.pool,
        one.description,
        one.vendor,
        one.amount,
        one.listAmount,
        one.currency,
        one.from,
        one.to,
        one.version,
      ]);
      terminal.out(renderTable(COLUMNS, rows));
    });
}
