import { type Command, Option } from 'commander';
import { z } from 'zod';
import { quarantinedWire, quarantinedWithRawWire, replayedWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { CliError } from '../exit-code.js';
import { wholeNumber } from '../parse/whole-number.js';
import { readWhole } from '../read-file.js';
import { renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = ['ID', 'RECEIVED', 'STATE', 'CODE', 'FIELD', 'WHY', 'SOURCE', 'EVENT'].map((title) => ({ title }));

interface ListOptions {
  readonly state: string;
  readonly code?: string;
  readonly limit: number;
  readonly json?: true;
}

export function addQuarantineCommands(program: Command, connect: Connect): void {
  const quarantine = program.command('quarantine').description('events that were refused, kept to be put right');

  quarantine
    .command('list')
    .description('list refused events, the newest first')
    .addOption(
      new Option('--state <state>', 'which ones').choices(['open', 'replayed', 'discarded', 'all']).default('open'),
    )
    .option('--code <code>', 'only those refused for this reason, such as event.conflict')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000_000), 100)
    .option('--json', 'print JSON')
    .action(async ({ state, code, limit, json }: ListOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const query = { state: state === 'all' ? undefined : state, code };
      const events = await listAll(client, '/v1/quarantine', quarantinedWire, query, limit);
      if (json) return printJson(terminal, events);
      const rows = events.map((event) => [
        event.quarantineId,
        event.receivedAt,
        event.state,
        event.code,
        event.pointer,
        event.detail,
        event.source,
        event.id,
      ]);
      if (rows.length === 0) terminal.note('nothing is in quarantine');
      else terminal.out(renderTable(COLUMNS, rows));
    });

  quarantine
    .command('show')
    .description('show a refused event with its bytes as they came')
    .argument('<id>', 'its quarantine id')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, terminal } = connect(command);
      printJson(terminal, await client.get(pathOf(id), quarantinedWithRawWire));
    });

  addReplay(quarantine, connect);
  addDiscard(quarantine, connect);
}

function addReplay(quarantine: Command, connect: Connect): void {
  quarantine
    .command('replay')
    .description('send a refused event again: as it came, or put right')
    .argument('<id>', 'its quarantine id')
    .option('--event <file>', 'the event put right, as JSON')
    .action(async (id: string, options: { event?: string }, command: Command) => {
      const { client, terminal } = connect(command);
      const body = options.event === undefined ? {} : { event: await readJson(options.event) };
      const { batchId } = await client.request('POST', `${pathOf(id)}/replay`, replayedWire, { body });
      terminal.out(`${batchId}\n`);
      terminal.note(`sent again; apportion batches show ${batchId}`);
    });
}

function addDiscard(quarantine: Command, connect: Connect): void {
  quarantine
    .command('discard')
    .description('let a refused event go; its record stays')
    .argument('<id>', 'its quarantine id')
    .requiredOption('--reason <text>', 'why; kept with it')
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      const { client, terminal } = connect(command);
      await client.request('POST', `${pathOf(id)}/discard`, z.unknown(), { body: { reason } });
      terminal.out(`${id} is discarded\n`);
    });
}

function pathOf(id: string): string {
  return `/v1/quarantine/${encodeURIComponent(id)}`;
}

async function readJson(file: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readWhole(file));
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`${file} is not JSON`);
  }
}
