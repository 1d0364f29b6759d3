import { decodePayload, refuse, toNativeEvent } from '../domain/index.js';
import type { EventSink } from './event-sink.js';
import type { ClaimedRow, FinishedRow, FlushStore, FlushTransaction } from './flush-store.js';
import type { QuarantineEntry } from './inbox.js';
import type { InboxEvent } from './inbox-event.js';
import type { FlushReport, IngestMetrics } from './ingest-metrics.js';
import { type Exception, outcomeOf, settleDivided, settleEvents } from './settle-events.js';
import { UnstorableError } from './unstorable-error.js';

/**
 * Takes waiting inbox rows to the sink: identities, events, sums and the rows' outcomes commit together or not at all, so
 * it may run at any time, any number of times, and side by side.
 */
export class FlushInbox {
  constructor(
    private readonly store: FlushStore,
    private readonly sink: EventSink,
    private readonly newId: () => string,
    private readonly maxEvents: number,
    private readonly metrics: IngestMetrics,
  ) {}

  /** Flushes once. Nothing waits when the report says no rows. */
  async run(): Promise<FlushReport> {
    const startedAt = performance.now();
    const report = await this.flushOrDivide();
    if (report.rows > 0) this.metrics.flushed(report, (performance.now() - startedAt) / 1000);
    return report;
  }

  private async flushOrDivide(): Promise<FlushReport> {
    try {
      return await this.flush(settleEvents);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      // One of them cannot be stored. To find it costs more, so it is not done before it is needed.
      return this.flush((...settle) => settleDivided(...settle, isUnstorable));
    }
  }

  private flush(settle: typeof settleEvents): Promise<FlushReport> {
    return this.store.transact(async (transaction) => {
      const rows = await transaction.claim(this.maxEvents);
      const exceptions: Exception[] = [];
      const unreadable: FinishedRow[] = [];
      const events = rows.flatMap((row) => this.readRow(row, unreadable));
      for (const [accountId, ofAccount] of byAccount(events)) {
        exceptions.push(...(await settle(transaction, this.sink, accountId, ofAccount)));
      }
      await this.finish(transaction, rows, exceptions, unreadable);
      return toReport(rows, events.length, exceptions);
    });
  }

  private readRow(row: ClaimedRow, unreadable: FinishedRow[]): InboxEvent[] {
    try {
      const { receivedAt } = row;
      return decodePayload(row.payload).map(({ index, event }) => ({ index, event, receivedAt, row }));
    } catch {
      unreadable.push(this.setAside(row));
      return [];
    }
  }

  /** A row that is not what we write: kept whole, so that it holds up nobody and nothing is lost. */
  private setAside({ accountId, inboxId, receivedAt, eventCount, payload }: ClaimedRow): FinishedRow {
    const quarantineId = this.newId();
    const refusal = refuse('event.unprocessable', '', 'is in an inbox row that cannot be read');
    const raw = new TextEncoder().encode(payload);
    const outcomes = Array.from({ length: eventCount }, (_, index) => {
      return { index, outcome: 'rejected', ...refusal, quarantineId } as const;
    });
    const refused = [{ quarantineId, index: 0, refusal, raw, source: null, id: null }];
    return { accountId, inboxId, receivedAt, outcomes, refused };
  }

  private async finish(
    transaction: FlushTransaction,
    rows: readonly ClaimedRow[],
    exceptions: readonly Exception[],
    unreadable: readonly FinishedRow[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const aside = new Map(unreadable.map((row) => [row.inboxId, row]));
    const byRow = new Map<ClaimedRow, Exception[]>(rows.map((row) => [row, []]));
    for (const exception of exceptions) byRow.get(exception.from.row)?.push(exception);
    await transaction.finish(
      [...byRow].map(([row, ofRow]) => aside.get(row.inboxId) ?? this.toFinishedRow(row, ofRow)),
    );
  }

  private toFinishedRow({ accountId, inboxId, receivedAt }: ClaimedRow, exceptions: Exception[]): FinishedRow {
    exceptions.sort((a, b) => a.from.index - b.from.index);
    const refused: QuarantineEntry[] = [];
    const outcomes = exceptions.map((exception) => {
      const quarantineId = exception.refusal ? this.newId() : '';
      if (exception.refusal) refused.push(toEntry(exception.from, exception.refusal, quarantineId));
      return outcomeOf(exception, quarantineId);
    });
    return { accountId, inboxId, receivedAt, outcomes, refused };
  }
}

function toEntry(
  { index, event }: InboxEvent,
  refusal: QuarantineEntry['refusal'],
  quarantineId: string,
): QuarantineEntry {
  // Its bytes are no longer here; what was understood of them is.
  const raw = new TextEncoder().encode(JSON.stringify(toNativeEvent(event)));
  return { quarantineId, index, refusal, raw, source: event.source, id: event.id };
}

function byAccount(events: readonly InboxEvent[]): Map<number, InboxEvent[]> {
  const accounts = new Map<number, InboxEvent[]>();
  for (const event of events) {
    const ofAccount = accounts.get(event.row.accountId);
    if (ofAccount) ofAccount.push(event);
    else accounts.set(event.row.accountId, [event]);
  }
  return accounts;
}

function toReport(rows: readonly ClaimedRow[], events: number, exceptions: readonly Exception[]): FlushReport {
  const conflicts = exceptions.filter(({ refusal }) => refusal?.code === 'event.conflict').length;
  const duplicates = exceptions.filter(({ refusal }) => refusal === undefined).length;
  const unprocessable = exceptions.length - conflicts - duplicates;
  return { rows: rows.length, events, accepted: events - exceptions.length, duplicates, conflicts, unprocessable };
}

function isUnstorable(error: unknown): error is UnstorableError {
  return error instanceof UnstorableError;
}
