import type { FileEvent } from './batch-events.js';
import type { FileLine } from './read-lines.js';
import type { ReadingNotes } from './send-file.js';

/** The events of a file with one JSON object a line. What a line says is the server's to judge; blank ones are passed over. */
export async function* readNdjson(
  lines: AsyncIterable<FileLine>,
  { onFault, isDone }: ReadingNotes,
): AsyncGenerator<FileEvent> {
  for await (const { number: place, text, bytes, fault } of lines) {
    if (fault !== undefined) onFault(place, fault);
    else if (text.trim() !== '' && !isDone(place)) yield { place, json: text, bytes };
  }
}
