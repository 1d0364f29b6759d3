import type { EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import { type BatchStatus, batchStatus, decodeBatchId } from '../domain/index.js';
import type { BatchWatch } from './batch-watch.js';
import type { Inbox } from './inbox.js';

export interface Batch extends BatchStatus {
  readonly batchId: string;
  readonly receivedAt: EpochMs;
  readonly finishedAt: EpochMs | null;
}

/** Tells what became of a request's events. */
export class Batches {
  constructor(
    private readonly inbox: Inbox,
    private readonly watch: BatchWatch,
  ) {}

  /** Fails with `ingest.batch_not_found`, also when the batch is so old that its outcomes have been purged. */
  async find(accountId: number, batchId: string): Promise<Outcome<Batch>> {
    const place = decodeBatchId(batchId);
    const row = place && (await this.inbox.status(accountId, place.inboxId, place.offset, place.count));
    if (!row || place.offset + place.count > row.eventCount) {
      return fail({ kind: 'not_found', code: 'ingest.batch_not_found', detail: 'There is no such batch.' });
    }
    const { offset, count } = place;
    const exceptions = row.exceptions.map((outcome) => ({ ...outcome, index: outcome.index - offset }));
    const status = batchStatus(count, row.finishedAt !== null, exceptions);
    return succeed({ batchId, receivedAt: row.receivedAt, finishedAt: row.finishedAt, ...status });
  }

  /** The same, after the worker has finished it or the time is up. */
  async wait(accountId: number, batchId: string, waitMs: number): Promise<Outcome<Batch>> {
    const place = decodeBatchId(batchId);
    if (place) await this.watch.finished({ accountId, inboxId: place.inboxId }, waitMs);
    return this.find(accountId, batchId);
  }
}

export const BATCHES = Symbol('Batches');
