import { type Command, Option } from 'commander';
import { type FocusVersionWire, focusVersion } from '#contract';
import type { Connect, Connection } from '../connection.js';
import { type BackgroundRequest, exportInBackground } from '../export/background.js';
import { exportFile } from '../export/export-file.js';
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
import { manifestPath } from '../export/publish-both.js';
import { type WrittenFile, written, writtenExport } from '../export/written.js';
import { billingMonth } from '../parse/billing-month.js';
import { counted, printable } from '../render/table.js';

interface MonthOptions {
  readonly period: string;
  readonly out: string;
  readonly background?: true;
}

interface ExportOptions extends MonthOptions {
  readonly team?: string;
}

interface Written extends WrittenFile {
  readonly bytes: number;
}

interface FocusOptions extends ExportOptions {
  readonly focusVersion: FocusVersionWire;
}

export function addExportCommands(program: Command, connect: Connect): void {
  const group = program.command('export').description('files for other systems');
  const add = (name: BackgroundRequest['format'], format: ExportFormat<Written>, description: string) =>
    addLines(teamCommand(group, name).description(`${description}, with a manifest beside it`), name, format, connect);
  add('chargeback', CHARGEBACK, 'write what every team owes for a month, line by line, as CSV');
  add('json', JSON_LINES, 'write the same lines as JSON');
  add('xlsx', WORKBOOK, 'write a summary and the same lines as a workbook (XLSX)');
  add('parquet', PARQUET, 'write the same lines as Parquet');
  add('summary', SUMMARY, 'write what every team and cost centre owes for a month as CSV');
  const bill = monthCommand(group, 'pdf').requiredOption('--team <team>', 'whose statement');
  addLines(
    bill.description("write a team's statement of a month as PDF, with a manifest beside it"),
    'pdf',
    BILL,
    connect,
  );
  addFocus(teamCommand(group, 'focus'), connect);
  addJournal(monthCommand(group, 'journal'), connect);
}

/** The options that every format has. */
function monthCommand(group: Command, format: string): Command {
  return group
    .command(format)
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .requiredOption('--out <file>', 'the file; FILE.manifest.json is written beside it')
    .option('--background', 'have a worker write it, for a closed month that takes long; goes on with FILE.part');
}

function teamCommand(group: Command, format: string): Command {
  return monthCommand(group, format).option('--team <team>', 'only the lines of this team');
}

function addLines(
  command: Command,
  name: BackgroundRequest['format'],
  format: ExportFormat<Written>,
  connect: Connect,
): void {
  command.action(async ({ period, out, team, background }: ExportOptions) => {
    const connection = connect(command);
    if (background) return inBackground(connection, { period, format: name, team }, out);
    const { client, terminal } = connection;
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
    .action(async ({ period, out, team, background, focusVersion: version }: FocusOptions) => {
      const connection = connect(command);
      if (background) return inBackground(connection, { period, format: 'focus', team, focusVersion: version }, out);
      const { client, terminal } = connection;
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
    .action(async ({ period, out, background }: MonthOptions) => {
      const connection = connect(command);
      if (background) return inBackground(connection, { period, format: 'journal' }, out);
      const { client, terminal } = connection;
      const manifest = await exportFile(client, JOURNAL, { period, query: {}, out });
      const { rows, debits, currency, sha256, unmappedAccounts, unmappedCostCenters } = manifest;
      terminal.out(written(out, { rows, total: { billed: debits }, currency, sha256 }));
      for (const name of unmappedAccounts) terminal.note(printable(`no ledger code for the account ${name}`));
      for (const name of unmappedCostCenters) terminal.note(printable(`no ledger code for the cost centre ${name}`));
      terminal.note(`manifest in ${manifestPath(out)}`);
    });
}

async function inBackground(connection: Connection, request: BackgroundRequest, out: string): Promise<void> {
  const { terminal } = connection;
  terminal.out(writtenExport(out, await exportInBackground(connection, request, out)));
  terminal.note(`manifest in ${manifestPath(out)}`);
}
