import { Patience } from '../client/patience.js';
import type { Connection } from '../connection.js';
import { CliError } from '../exit-code.js';
import { batchEvents, type FileEvent } from './batch-events.js';
import { coveredPlaces } from './journal.js';
import { startProgress } from './progress.js';
import { openJournal } from './resume.js';
import { sendEvents } from './send-events.js';
import { Tally } from './tally.js';

/** How the reader of a file's format talks to the sender. */
export interface ReadingNotes {
  /** Told of each place that is no event. */
  readonly onFault: (place: number, fault: string) => void;
  /** Whether an earlier run has sent the event at that place. Asked in ascending order. */
  readonly isDone: (place: number) => boolean;
}

export interface SendFileInput {
  readonly title: string;
  /** Bytes of the file. */
  readonly size: number;
  /** What a place is called: line, event. */
  readonly placeName: string;
  readonly read: (notes: ReadingNotes) => AsyncIterable<FileEvent>;
  /** The file that remembers what is sent; undefined for what cannot be read twice. */
  readonly journal: string | undefined;
  readonly batchSize: number;
  readonly concurrency: number;
}

/** How long a server that restarts, or workers that are behind, are waited for. */
const UNREACHABLE_MS = 2 * 60_000;
const BUSY_MS = 10 * 60_000;

/**
 * Sends the events of a file and waits until they are metered. May be killed at any time and run again: what the server is
 * known to have is not sent again, and what is sent twice counts once.
 */
export async function sendFile(connection: Connection, input: SendFileInput): Promise<Tally> {
  const { client, clock, terminal } = connection;
  const { title, size, placeName, batchSize, concurrency } = input;
  const tally = new Tally(placeName);
  const journal = input.journal === undefined ? undefined : await openJournal(client, input.journal);
  for (const done of journal?.entries ?? []) tally.add(done);
  if (tally.sent > 0) terminal.note(`going on after ${tally.sent.toLocaleString('en')} events of an earlier run`);

  const progress = startProgress(terminal, clock, title, size);
  const onWait = (reason: string) => progress.hold(`${reason}; trying again`);
  const patience = new Patience({ clock, unreachableMs: UNREACHABLE_MS, busyMs: BUSY_MS, onWait });
  const onFault = (place: number, fault: string) => tally.addUnreadable(place, fault);
  const events = input.read({ onFault, isDone: coveredPlaces(journal?.entries ?? []) });
  try {
    await sendEvents(batchEvents(events, batchSize), {
      client,
      patience,
      concurrency,
      onMetered: async ({ places, bytes }, { batchId, accepted, duplicate, rejected, faults }) => {
        const [first = 0, last = 0] = [places[0], places.at(-1)];
        await journal?.add({ first, last, batchId, accepted, duplicate, rejected });
        tally.add({ accepted, duplicate, rejected });
        for (const { index, code, detail } of faults) tally.addFault(places[index] ?? 0, `${detail} [${code}]`);
        progress.add(places.length, bytes);
      },
    });
  } catch (error) {
    await journal?.close();
    throw error;
  } finally {
    progress.stop();
  }
  await journal?.finish();
  return tally;
}

/** Shows what became of a file's events. Throws when any of them is not counted. */
export function report({ terminal }: Connection, tally: Tally): void {
  tally.showFaults(terminal);
  terminal.out(`${tally.summary()}\n`);
  if (tally.failed > 0) throw new CliError(`${tally.failed.toLocaleString('en')} not imported; all others are`);
}
