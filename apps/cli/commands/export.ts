import { type Command, Option } from 'commander';
import { type FocusVersionWire, focusVersion } from '#contract';
import type { Connect } from '../connection.js';
import { exportFile, manifestPath } from '../export/export-file.js';
import {
  BILL,
  CHARGEBACK,
  type ExportFormat,
  FOCUS,
  JOURNAL,
  JSON_LINES,
  PARQUET,
  SUMMARY,
  WORKBOOK,
} from '../export/export-format.js';
import { billingMonth } from '../parse/billing-month.js';
import { counted, grouped, printable } from '../render/table.js';

interface MonthOptions {
  readonly period: string;
  readonly out: string;
}

interface ExportOptions extends MonthOptions {
  readonly team?: string;
}

interface FocusOptions extends ExportOptions {
  readonly focusVersion: FocusVersionWire;
}

export function addExportCommands(program: Command, connect: Connect): void {
  const group = program.command('export').description('files for other systems');
  const add = (name: string, format: ExportFormat<Written>, description: string) =>
    addLines(teamCommand(group, name).description(`${description}, with a manifest beside it`), format, connect);
  add('chargeback', CHARGEBACK, 'write what every team owes for a month, line by line, as CSV');
  add('json', JSON_LINES, 'write the same lines as JSON');
  add('xlsx', WORKBOOK, 'write a summary and the same lines as a workbook (XLSX)');
  add('parquet', PARQUET, 'write the same lines as Parquet');
  add('summary', SUMMARY, 'write what every team and cost centre owes for a month as CSV');
  const bill = monthCommand(group, 'pdf').requiredOption('--team <team>', 'whose statement');
  addLines(bill.description("write a team's statement of a month as PDF, with a manifest beside it"), BILL, connect);
  addFocus(teamCommand(group, 'focus'), connect);
  addJournal(monthCommand(group, 'journal'), connect);
}

/** The options that every format has. */
function monthCommand(group: Command, format: string): Command {
  return group
    .command(format)
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .requiredOption('--out <file>', 'the file; FILE.manifest.json is written beside it');
}

function teamCommand(group: Command, format: string): Command {
  return monthCommand(group, format).option('--team <team>', 'only the lines of this team');
}

function addLines(command: Command, format: ExportFormat<Written>, connect: Connect): void {
  command.action(async ({ period, out, team }: ExportOptions) => {
    const { client, terminal } = connect(command);
    terminal.out(written(out, await exportFile(client, format, { period, query: { team }, out })));
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
      const query = { team, focusVersion: version };
      const manifest = await exportFile(client, FOCUS, { period, query, out });
      terminal.out(written(out, manifest));
      const { lines } = manifest.unpriced;
      if (lines > 0) terminal.note(`${counted(lines, 'unpriced line')} left out, for their cost is not known`);
      terminal.note(`manifest in ${manifestPath(out)}`);
    });
}

function addJournal(command: Command, connect: Connect): void {
  command
    .description("write a closed month's journal entry for a general ledger (CSV), with a manifest beside it")
    .action(async ({ period, out }: MonthOptions) => {
      const { client, terminal } = connect(command);
      const manifest = await exportFile(client, JOURNAL, { period, query: {}, out });
      const { rows, debits, currency, sha256, unmappedAccounts, unmappedCostCenters } = manifest;
      terminal.out(written(out, { rows, total: { billed: debits }, currency, sha256 }));
      for (const name of unmappedAccounts) terminal.note(printable(`no ledger code for the account ${name}`));
      for (const name of unmappedCostCenters) terminal.note(printable(`no ledger code for the cost centre ${name}`));
      terminal.note(`manifest in ${manifestPath(out)}`);
    });
}

interface Written {
  readonly bytes: number;
  readonly rows: number;
  readonly total: { readonly billed: string };
  readonly currency: string;
  readonly sha256: string;
}

function written(out: string, { rows, total, currency, sha256 }: Omit<Written, 'bytes'>): string {
  return `${out}: ${counted(rows, 'row')}, ${grouped(total.billed)} ${currency}, SHA-256 ${sha256}\n`;
}
