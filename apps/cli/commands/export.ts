import { type Command, Option } from 'commander';
import { type FocusVersionWire, focusVersion } from '#contract';
import type { Connect } from '../connection.js';
import { exportChargeback } from '../export/export-chargeback.js';
import { manifestPath } from '../export/export-file.js';
import { exportFocus } from '../export/export-focus.js';
import { billingMonth } from '../parse/billing-month.js';
import { counted, grouped } from '../render/table.js';

interface ExportOptions {
  readonly period: string;
  readonly out: string;
  readonly team?: string;
}

interface FocusOptions extends ExportOptions {
  readonly focusVersion: FocusVersionWire;
}

export function addExportCommands(program: Command, connect: Connect): void {
  const group = program.command('export').description('files for other systems');
  addChargeback(exportCommand(group, 'chargeback'), connect);
  addFocus(exportCommand(group, 'focus'), connect);
}

/** The options that every format has. */
function exportCommand(group: Command, format: string): Command {
  return group
    .command(format)
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .requiredOption('--out <file>', 'the file; FILE.manifest.json is written beside it')
    .option('--team <team>', 'only the lines of this team');
}

function addChargeback(command: Command, connect: Connect): void {
  command
    .description('write what every team owes for a month as CSV, with a manifest beside it')
    .action(async ({ period, out, team }: ExportOptions) => {
      const { client, terminal } = connect(command);
      terminal.out(written(out, await exportChargeback(client, { period, team, out })));
      terminal.note(`manifest in ${manifestPath(out)}`);
    });
}

function addFocus(command: Command, connect: Connect): void {
  command
    .description('write a month as FOCUS Cost and Usage (CSV), with a manifest beside it')
    .addOption(
      new Option('--focus-version <version>', 'the version of FOCUS').choices(focusVersion.options).default('1.2'),
    )
    .action(async ({ period, out, team, focusVersion: version }: FocusOptions) => {
      const { client, terminal } = connect(command);
      const manifest = await exportFocus(client, { period, team, focusVersion: version, out });
      terminal.out(written(out, manifest));
      const { lines } = manifest.unpriced;
      if (lines > 0) terminal.note(`${counted(lines, 'unpriced line')} left out, for their cost is not known`);
      terminal.note(`manifest in ${manifestPath(out)}`);
    });
}

interface Written {
  readonly rows: number;
  readonly total: { readonly billed: string };
  readonly currency: string;
  readonly sha256: string;
}

function written(out: string, { rows, total, currency, sha256 }: Written): string {
  return `${out}: ${counted(rows, 'row')}, ${grouped(total.billed)} ${currency}, SHA-256 ${sha256}\n`;
}
