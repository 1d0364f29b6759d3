import type { Command } from 'commander';
import type { Connect } from '../connection.js';
import { importTable } from '../send/import-table.js';

export interface ImportedTable {
  /** What its rows are: `rates`. Left out: nothing that the group does not say. */
  readonly rows?: string;
  /** Left out: too many to name. */
  readonly columns?: string;
  readonly path: string;
}

/** `GROUP import FILE`: has the server take over a table. */
export function addImportCommand(group: Command, connect: Connect, { rows, columns, path }: ImportedTable): void {
  const what = rows === undefined ? 'a CSV file' : `${rows} from a CSV file`;
  group
    .command('import')
    .description(`take over ${what}: all of it or nothing; rows that are known change nothing`)
    .argument('<file>', columns === undefined ? 'see docs/formats.md for its columns' : `columns ${columns}`)
    .action((file: string, _options: unknown, command: Command) => importTable(connect(command), path, file));
}
