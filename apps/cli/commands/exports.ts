import type { Command } from 'commander';
import { type ExportWire, exportWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { takeExport } from '../export/background.js';
import { writtenExport } from '../export/written.js';
import { wholeNumber } from '../parse/whole-number.js';
import { counted, left, printable, renderTable, right } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = [
  ...['ID', 'REQUESTED', 'PERIOD', 'FORMAT', 'TEAM', 'STATE'].map(left),
  ...['LINES', 'BYTES'].map(right),
  left('KEPT UNTIL'),
];
const JSON_OUT = ['--json', 'print JSON'] as const;

interface GetOptions {
  readonly out?: string;
  readonly json?: true;
}

/** `exports`: files that a worker writes, however they were asked for. */
export function addExportsCommands(program: Command, connect: Connect): void {
  const group = program.command('exports').description('files that are written in the background');
  addList(group, connect);
  addGet(group, connect);
  addCancel(group, connect);
}

function addList(group: Command, connect: Connect): void {
  group
    .command('list')
    .description('list exports, the latest first')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000_000), 100)
    .option(...JSON_OUT)
    .action(async ({ limit, json }: { limit: number; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const jobs = await listAll(client, '/v1/exports', exportWire, {}, limit);
      if (json) return printJson(terminal, jobs);
      if (jobs.length === 0) return terminal.note('nothing was exported in the background');
      terminal.out(renderTable(COLUMNS, jobs.map(cellsOf)));
    });
}

function addGet(group: Command, connect: Connect): void {
  group
    .command('get')
    .description('show an export, or wait for its file and fetch it')
    .argument('<id>', 'the id that it was answered with')
    .option('--out <file>', 'the file to write; goes on with FILE.part where there is one')
    .option(...JSON_OUT)
    .action(async (id: string, { out, json }: GetOptions, command: Command) => {
      const connection = connect(command);
      const { client, terminal } = connection;
      const job = out === undefined ? await client.get(pathOf(id), exportWire) : await takeExport(connection, id, out);
      if (json) return printJson(terminal, job);
      terminal.out(out === undefined ? described(job) : writtenExport(out, job));
    });
}

function addCancel(group: Command, connect: Connect): void {
  group
    .command('cancel')
    .description('cancel an export, or let go of its file')
    .argument('<id>', 'the id that it was answered with')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, terminal } = connect(command);
      const { state } = await client.request('DELETE', pathOf(id), exportWire);
      terminal.out(`${printable(id)} is ${state}\n`);
    });
}

function pathOf(id: string): string {
  return `/v1/exports/${encodeURIComponent(id)}`;
}

function cellsOf({ id, requestedAt, period, format, team, state, progress, file, expiresAt }: ExportWire) {
  return [id, requestedAt, period, format, team, state, progress.done, file?.bytes, expiresAt];
}

function described(job: ExportWire): string {
  const { id, state, period, format, progress, file, expiresAt, problem } = job;
  const of = progress.total === null ? '' : ` of ${progress.total.toLocaleString('en')}`;
  const lines = [`${id}: ${format} of ${period}, ${state}, ${progress.done.toLocaleString('en')}${of} lines`];
  if (file) lines.push(`${file.name}: ${counted(file.bytes, 'byte')}, SHA-256 ${file.sha256}`);
  if (expiresAt !== null) lines.push(`kept until ${expiresAt}`);
  if (problem) lines.push(`${problem.detail} [${problem.code}]`);
  return lines.map((line) => `${printable(line)}\n`).join('');
}
