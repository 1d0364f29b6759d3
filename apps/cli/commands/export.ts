import type { Command } from 'commander';
import type { Connect } from '../connection.js';
import { exportChargeback, manifestPath } from '../export/export-chargeback.js';
import { billingMonth } from '../parse/billing-month.js';
import { counted, grouped } from '../render/table.js';

interface ExportOptions {
  readonly period: string;
  readonly out: string;
  readonly team?: string;
}

export function addExportCommands(program: Command, connect: Connect): void {
  const group = program.command('export').description('files for other systems');
  group
    .command('chargeback')
    .description('write what every team owes for a month as CSV, with a manifest beside it')
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .requiredOption('--out <file>', 'the file; FILE.manifest.json is written beside it')
    .option('--team <team>', 'only the lines of this team')
    .action(async ({ period, out, team }: ExportOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const { rows, total, currency, sha256 } = await exportChargeback(client, { period, team, out });
      terminal.out(`${out}: ${counted(rows, 'row')}, ${grouped(total.billed)} ${currency}, SHA-256 ${sha256}\n`);
      terminal.note(`manifest in ${manifestPath(out)}`);
    });
}
