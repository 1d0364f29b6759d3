import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './billing.js';
import { eventually } from './eventually.js';
import type { UsageEvent } from './usage.js';

export interface ImporterOptions {
  readonly server: Server;
  readonly batchSize: number;
  /** Batches in flight at once. */
  readonly lanes: number;
  /** The n-th event. */
  readonly event: (n: number) => UsageEvent;
}

const PACE_MS = 20;
/** What is sent while a process starts anew need not make the test long. */
const SLOW_MS = 500;
const RETRY_MS = 250;

/** A client in the middle of an import: it goes on to the next batch whether or not the last one was answered. */
export class Importer {
  /** Every event that was sent, answered or not. */
  readonly sent: UsageEvent[] = [];
  /** Those that the server took responsibility for with a 202. */
  readonly acknowledged: UsageEvent[] = [];
  /** Statuses other than 202, and `lost` for a request without an answer. */
  readonly otherAnswers: Array<number | 'lost'> = [];
  private readonly lanes: Promise<void>[];
  private stopped = false;
  private isSlow = false;
  private next = 0;

  constructor(private readonly options: ImporterOptions) {
    this.lanes = Array.from({ length: options.lanes }, () => this.run());
  }

  /** Waits until so many more events were acknowledged. */
  async progress(events: number): Promise<void> {
    const goal = this.acknowledged.length + events;
    await eventually(() => {
      if (this.acknowledged.length < goal)
        throw new Error(`no progress; other answers: ${this.otherAnswers.slice(-5).join(', ')}`);
    });
  }

  /** Sends less until that is done. */
  async slowlyDuring(work: Promise<void>): Promise<void> {
    this.isSlow = true;
    await work.finally(() => (this.isSlow = false));
  }

  /** Ends the import after the batches in flight. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.lanes);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const first = this.next;
      this.next += this.options.batchSize;
      const batch = Array.from({ length: this.options.batchSize }, (_, i) => this.options.event(first + i));
      this.sent.push(...batch);
      const status = await this.post(batch);
      if (status === 202) this.acknowledged.push(...batch);
      else this.otherAnswers.push(status);
      await sleep(this.isSlow ? SLOW_MS : status === 202 ? PACE_MS : RETRY_MS);
    }
  }

  private async post(batch: readonly UsageEvent[]): Promise<number | 'lost'> {
    try {
      const response = await this.options.server.request('POST', '/v1/events', batch);
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 'lost';
    }
  }
}

/** Sends events until each batch is answered 202, as a client does that had no answer the first time. */
export async function sendAll(server: Server, batches: Iterable<readonly UsageEvent[]>): Promise<void> {
  for (const batch of batches) {
    for (;;) {
      const response = await server.request('POST', '/v1/events', batch);
      const text = await response.text();
      if (response.status === 202) break;
      if (response.status !== 429) throw new Error(`POST /v1/events: ${response.status} ${text}`);
      await sleep(Number(response.headers.get('retry-after') ?? 1) * 1000);
    }
  }
}

/** The longest the server is asked to hold an answer. */
const WAIT_SECONDS = 30;

/** Sends events and waits with each batch until its buckets are committed; throws when an event is not accepted. */
export async function sendAndWait(server: Server, batches: Iterable<readonly UsageEvent[]>): Promise<void> {
  for (const batch of batches) {
    const response = await server.request('POST', '/v1/events', batch, { prefer: `wait=${WAIT_SECONDS}` });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`POST /v1/events: ${response.status} ${text.slice(0, 2_000)}`);
  }
}
