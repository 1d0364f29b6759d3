import { CliError } from '../exit-code.js';
import type { FileEvent } from '../send/batch-events.js';
import type { FileLine } from '../send/read-lines.js';
import type { ReadingNotes } from '../send/send-file.js';
import { AZURE_HEADER, parseAzureRow } from './azure-row.js';
import { type TraceOwner, toTraceEvent } from './trace-event.js';

/**
 * The requests of a trace as events. Lines that an earlier run has sent are read all the same, so that what is wrong with
 * the file is always said. Throws when the file is none of this format.
 */
export async function* readTrace(
  lines: AsyncIterable<FileLine>,
  owner: TraceOwner,
  { onFault, isDone }: ReadingNotes,
): AsyncGenerator<FileEvent> {
  let hasHeader = false;
  for await (const { number: place, text, bytes, fault } of lines) {
    if (!hasHeader) {
      assertHeader(fault ?? text);
      hasHeader = true;
      continue;
    }
    // An empty line at the end of a file is what editors leave there.
    if (text.trim() === '' && fault === undefined) continue;
    const row = fault === undefined ? parseAzureRow(text) : { fault };
    if ('fault' in row) onFault(place, row.fault);
    else if (!isDone(place)) yield { place, bytes, json: JSON.stringify(toTraceEvent(row, place, owner)) };
  }
  if (!hasHeader) throw new CliError(`the file is empty; a trace begins with the header ${AZURE_HEADER}`);
}

function assertHeader(text: string): void {
  const names = text.split(',').map((name) => name.trim());
  if (names.join(',') === AZURE_HEADER) return;
  const found = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new CliError(`the first line is ${JSON.stringify(found)}; a trace begins with the header ${AZURE_HEADER}`);
}
