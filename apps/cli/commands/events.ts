import { type Command, Option } from 'commander';
import type { Connect } from '../connection.js';
import { wholeNumber } from '../parse/whole-number.js';
import { EVENT_FORMATS, type EventFormat, importEvents } from '../send/import-events.js';
import { report } from '../send/send-file.js';

interface SendOptions {
  readonly format?: EventFormat;
  readonly batchSize: number;
  readonly concurrency: number;
}

export function addEventsCommands(program: Command, connect: Connect): void {
  const events = program.command('events').description('usage events');
  events
    .command('send')
    .description('send the usage events of a file; run it again after an interruption and it goes on')
    .argument('<file>', 'native events: one JSON object a line, or a JSON list; - for the standard input')
    .addOption(
      new Option('--format <format>', 'how the file is written (default: json for *.json, else ndjson)').choices(
        EVENT_FORMATS,
      ),
    )
    .option('--batch-size <events>', 'events in one request', wholeNumber(1, 10_000), 1_000)
    .option('--concurrency <requests>', 'requests under way at a time', wholeNumber(1, 32), 4)
    .action(async (file: string, options: SendOptions, command: Command) => {
      const { format, batchSize, concurrency } = options;
      const connection = connect(command);
      report(connection, await importEvents(connection, { file, format, batchSize, concurrency }));
    });
}
