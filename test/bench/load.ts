import { benchEvent } from './events.js';
import { fire, renderPost } from './requests.js';

/** What the load generator is told to send. */
export interface LoadOrder {
  readonly url: string;
  readonly path: string;
  readonly key: string;
  /** Makes the ids of the run different from those of all others. */
  readonly run: string;
  readonly events: number;
  readonly batchSize: number;
  readonly connections: number;
}

export type LoadReport =
  | { readonly state: 'rendered' }
  | { readonly state: 'sent'; readonly seconds: number; readonly pushedBack: number };

// The load generator: a process of its own, so that the server's figures hold none of its work but the CPU it takes. It is
// forked with an order, renders all requests, says so, and fires when it is told to go.
const order = JSON.parse(process.argv[2] ?? '') as LoadOrder;
const requests: Buffer[] = [];
for (let first = 0; first < order.events; first += order.batchSize) {
  const size = Math.min(order.batchSize, order.events - first);
  const events = Array.from({ length: size }, (_, i) => benchEvent(order.run, first + i));
  const body = JSON.stringify(order.batchSize === 1 ? events[0] : events);
  requests.push(renderPost(order.url, order.path, order.key, body));
}
const report = (message: LoadReport) => process.send?.(message);

process.once('message', () => {
  fire({ url: order.url, requests, connections: order.connections }).then(
    ({ seconds, pushedBack }) => {
      report({ state: 'sent', seconds, pushedBack });
      process.disconnect();
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
report({ state: 'rendered' });
