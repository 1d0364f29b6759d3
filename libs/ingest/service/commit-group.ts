import type { EpochMs } from '#calendar';
import { type BatchPlace, encodePayload, type PlacedEvent, type ReceivedBatch } from '../domain/index.js';
import type { Inbox, NewInboxRow, QuarantineEntry } from './inbox.js';
import { UnstorableError } from './unstorable-error.js';

/** One request's events on their way to disk. */
export interface Submission {
  readonly accountId: number;
  readonly receivedAt: EpochMs;
  readonly batch: ReceivedBatch;
  /** Of the body that it was read from, in plain: about what there is to write. */
  readonly bytes: number;
  /** One for each of the batch's refused events. */
  readonly quarantineIds: readonly string[];
}

export interface GroupSettings {
  /** The least time between two commits of small requests when there are many of them. */
  readonly coalesceMs: number;
  /** Events of one inbox row, unless one request alone has more. */
  readonly rowEventsMax: number;
}

/** Requests this big gain nothing from company. */
const ALONE_FROM_EVENTS = 500;
const ALONE_FROM_BYTES = 256 * 1024;
/** What one commit of small requests holds in memory, and what one statement carries. */
const GROUP_BYTES_MAX = 8 * 1024 * 1024;

interface Waiting {
  readonly submission: Submission;
  readonly resolve: (place: BatchPlace) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: while one commit is under way, small requests gather and share the next. A request alone is not kept
 * waiting, a thousand at once cost a handful of commits, and a big one goes by itself at once.
 */
export class CommitGroup {
  private readonly waiting: Waiting[] = [];
  private running = false;

  constructor(
    private readonly inbox: Inbox,
    private readonly newId: () => string,
    private readonly settings: GroupSettings,
    private readonly onCommitted: (inboxIds: readonly string[]) => void,
  ) {}

  /** Resolves when the events are on disk. */
  append(submission: Submission): Promise<BatchPlace> {
    return new Promise((resolve, reject) => {
      const waiting = { submission, resolve, reject };
      if (submission.batch.count >= ALONE_FROM_EVENTS || submission.bytes >= ALONE_FROM_BYTES) {
        void this.commit([waiting]);
        return;
      }
      this.waiting.push(waiting);
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    // What has come in with the same turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      const startedAt = performance.now();
      await this.commit(group);
      const restMs = this.settings.coalesceMs - (performance.now() - startedAt);
      if (group.length > 1 && restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    this.running = false;
  }

  /** Those that have waited longest, as many as one commit may hold; at least one. */
  private takeGroup(): readonly Waiting[] {
    let bytes = 0;
    const over = this.waiting.findIndex(({ submission }) => {
      bytes += submission.bytes;
      return bytes > GROUP_BYTES_MAX;
    });
    return this.waiting.splice(0, over === -1 ? this.waiting.length : Math.max(over, 1));
  }

  /** Never throws: whatever goes wrong is told to those whose events it concerns, and the others go on. */
  private async commit(group: readonly Waiting[]): Promise<void> {
    try {
      await this.write(group);
    } catch (error) {
      // What one request holds must not fail the others.
      if (error instanceof UnstorableError && group.length > 1)
        await Promise.all(group.map((one) => this.commit([one])));
      else for (const { reject } of group) reject(error);
    }
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    const packed = this.pack(group);
    await this.inbox.append(packed.map(({ row }) => row));
    for (const { places } of packed) for (const { waiting, place } of places) waiting.resolve(place);
    const unfinished = packed.filter(({ row }) => row.payload !== null);
    if (unfinished.length > 0) this.onCommitted(unfinished.map(({ row }) => row.inboxId));
  }

  private pack(group: readonly Waiting[]): PackedRow[] {
    const rows: RowBuilder[] = [];
    const open = new Map<number, RowBuilder>();
    for (const waiting of group) {
      const { accountId, batch } = waiting.submission;
      let row = open.get(accountId);
      if (!row || row.eventCount + batch.count > this.settings.rowEventsMax) {
        row = new RowBuilder(accountId, this.newId());
        open.set(accountId, row);
        rows.push(row);
      }
      row.add(waiting);
    }
    return rows.map((row) => row.build());
  }
}

interface PackedRow {
  readonly row: NewInboxRow;
  readonly places: readonly { readonly waiting: Waiting; readonly place: BatchPlace }[];
}

class RowBuilder {
  eventCount = 0;
  private receivedAt = Infinity;
  private readonly events: PlacedEvent[] = [];
  private readonly refused: QuarantineEntry[] = [];
  private readonly places: { waiting: Waiting; place: BatchPlace }[] = [];

  constructor(
    private readonly accountId: number,
    private readonly inboxId: string,
  ) {}

  add(waiting: Waiting): void {
    const { batch, quarantineIds, receivedAt } = waiting.submission;
    const offset = this.eventCount;
    this.receivedAt = Math.min(this.receivedAt, receivedAt);
    this.eventCount += batch.count;
    batch.events.forEach((event, i) => this.events.push({ index: offset + (batch.indexes[i] ?? i), event }));
    batch.refused.forEach((refused, i) => {
      this.refused.push({ ...refused, index: offset + refused.index, quarantineId: quarantineIds[i] ?? '' });
    });
    this.places.push({ waiting, place: { inboxId: this.inboxId, offset, count: batch.count } });
  }

  build(): PackedRow {
    const { accountId, inboxId, receivedAt, eventCount, refused, events, places } = this;
    const payload = events.length > 0 ? encodePayload(events) : null;
    return { row: { accountId, inboxId, receivedAt, eventCount, payload, refused }, places };
  }
}
