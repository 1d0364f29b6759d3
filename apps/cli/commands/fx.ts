import type { Command } from 'commander';
import { fxRateWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { type Column, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { addImportCommand } from './import-command.js';

const COLUMNS: readonly Column[] = [
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'DAY' },
  { title: 'RATE', align: 'right' },
  { title: 'SOURCE' },
  { title: 'STATE' },
];

interface ListOptions {
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

export function addFxCommands(program: Command, connect: Connect): void {
  const fx = program.command('fx').description('rates of exchange by day, for prices in another currency');

  addImportCommand(fx, connect, { rows: 'rates', path: '/v1/fx-rates' });

  fx.command('list')
    .description('list the rates, superseded ones too')
    .option('--from <currency>', 'from this currency')
    .option('--to <currency>', 'to this currency')
    .option('--json', 'print JSON')
    .action(async ({ json, ...query }: ListOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const found = await listAll(client, '/v1/fx-rates', fxRateWire, query);
      if (json) return printJson(terminal, found);
      if (found.length === 0) terminal.note('there is no such rate of exchange');
      const rows = found.map(({ from, to, day, rate, source, state }) => [from, to, day, rate, source, state]);
      if (rows.length > 0) terminal.out(renderTable(COLUMNS, rows));
    });
}
