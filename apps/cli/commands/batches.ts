import type { Command } from 'commander';
import { batchWire } from '#contract';
import type { Connect } from '../connection.js';
import { type Column, grouped, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS: readonly Column[] = [
  { title: 'EVENT', align: 'right' },
  { title: 'CODE' },
  { title: 'FIELD' },
  { title: 'WHY' },
  { title: 'QUARANTINE ID' },
];

export function addBatchesCommands(program: Command, connect: Connect): void {
  const batches = program.command('batches').description('what became of the events of a request');
  batches
    .command('show')
    .description('show how many events of a batch were accepted, known or rejected, and why')
    .argument('<id>', 'the batchId that the request was answered with')
    .option('--json', 'print JSON, with the outcome of every event')
    .action(async (id: string, { json }: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const batch = await client.get(`/v1/batches/${encodeURIComponent(id)}`, batchWire);
      if (json) return printJson(terminal, batch);
      const { state, received, accepted, duplicates, rejected, receivedAt, finishedAt } = batch;
      const when = finishedAt === null ? `received ${receivedAt}` : `metered ${finishedAt}`;
      const counts = `${grouped(accepted)} accepted, ${grouped(duplicates)} already known, ${grouped(rejected)} rejected`;
      terminal.out(`${state}, ${when}: ${grouped(received)} events, ${counts}\n`);
      const rows = batch.events.flatMap((event) =>
        event.outcome === 'rejected'
          ? [[event.index, event.code, event.pointer, event.detail, event.quarantineId]]
          : [],
      );
      if (rows.length > 0) terminal.out(`\n${renderTable(COLUMNS, rows)}`);
    });
}
