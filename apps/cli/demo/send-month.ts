import type { ApiClient } from '../client/api-client.js';
import { Patience } from '../client/patience.js';
import type { CliHost } from '../connection.js';
import { CliError } from '../exit-code.js';
import { batchEvents, type FileEvent } from '../send/batch-events.js';
import { startProgress } from '../send/progress.js';
import { sendEvents } from '../send/send-events.js';
import { Tally } from '../send/tally.js';
import { demoEvents } from './requests.js';

const BATCH_SIZE = 1_000;
const CONCURRENCY = 6;
const PATIENCE_MS = 60_000;

/** Sends the demo's requests and waits until all are metered. */
export async function sendMonth({ terminal, clock }: CliHost, client: ApiClient, requests: number): Promise<Tally> {
  const tally = new Tally('request');
  // The bar counts requests; no file stands behind them.
  const progress = startProgress(terminal, clock, 'sending', requests);
  const onWait = (reason: string) => progress.hold(`${reason}; trying again`);
  const patience = new Patience({ clock, unreachableMs: PATIENCE_MS, busyMs: PATIENCE_MS, onWait });
  try {
    await sendEvents(batchEvents(numbered(demoEvents(requests)), BATCH_SIZE), {
      client,
      patience,
      concurrency: CONCURRENCY,
      onMetered: async ({ places }, outcome) => {
        tally.add(outcome);
        for (const { index, code, detail } of outcome.faults) tally.addFault(places[index] ?? 0, `${detail} [${code}]`);
        progress.add(places.length, places.length);
      },
    });
  } finally {
    progress.stop();
  }
  tally.showFaults(terminal);
  if (tally.failed > 0) throw new CliError(`${tally.failed} of the demo's requests were refused`);
  return tally;
}

async function* numbered(events: Iterable<string>): AsyncGenerator<FileEvent> {
  let place = 0;
  for (const json of events) {
    place += 1;
    yield { place, json, bytes: 1 };
  }
}
