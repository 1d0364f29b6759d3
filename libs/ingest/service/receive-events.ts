import type { Clock, EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import { encodeBatchId, type ReceivedBatch, type RejectedOutcome, WIRE_FORMATS } from '../domain/index.js';
import type { Backpressure } from './backpressure.js';
import type { CommitGroup } from './commit-group.js';
import { inflate } from './inflate.js';
import type { IngestMetrics } from './ingest-metrics.js';

export interface ReceiveEventsInput {
  readonly accountId: number;
  /** The media type alone, in lower case: `application/json`. */
  readonly mediaType: string;
  readonly contentEncoding: string | undefined;
  readonly body: Uint8Array;
}

export interface ReceiveEventsSettings {
  readonly earliestEventMs: number;
  readonly maxFutureMs: number;
  readonly maxBatchEvents: number;
  readonly maxJsonDepth: number;
  readonly maxInflatedBytes: number;
}

/** What was taken of a request. It is on disk. */
export interface Receipt {
  readonly batchId: string;
  readonly receivedAt: EpochMs;
  readonly received: number;
  readonly accepted: number;
  readonly rejected: readonly RejectedOutcome[];
}

/**
 * Takes a request's events: reads them, checks each, and writes those that are good to the inbox and the others to the
 * quarantine, in one transaction. Fails for the request as a whole only: `ingest.*`.
 */
export class ReceiveEvents {
  constructor(
    private readonly group: CommitGroup,
    private readonly backpressure: Backpressure,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly settings: ReceiveEventsSettings,
    private readonly metrics: IngestMetrics,
  ) {}

  async run(input: ReceiveEventsInput): Promise<Outcome<Receipt>> {
    const admitted = await this.backpressure.admit();
    if (!admitted.ok) {
      this.metrics.overloaded();
      return admitted;
    }
    const batch = await this.read(input);
    return batch.ok ? succeed(await this.keep(input.accountId, batch.value)) : batch;
  }

  private async read({ mediaType, contentEncoding, body }: ReceiveEventsInput): Promise<Outcome<ReceivedBatch>> {
    const read = WIRE_FORMATS[mediaType];
    if (!read) {
      const detail = `${mediaType || 'A body without a type'} is not read; send ${Object.keys(WIRE_FORMATS).join(', ')}.`;
      return fail({ kind: 'unsupported', code: 'ingest.unsupported_media_type', detail });
    }
    const { earliestEventMs, maxFutureMs, maxBatchEvents, maxJsonDepth, maxInflatedBytes } = this.settings;
    const plain = await inflate(body, contentEncoding, maxInflatedBytes);
    if (!plain.ok) return plain;
    return read(plain.value, {
      earliest: earliestEventMs * 1000,
      latest: (this.clock.now() + maxFutureMs) * 1000,
      maxEvents: maxBatchEvents,
      maxDepth: maxJsonDepth,
    });
  }

  private async keep(accountId: number, batch: ReceivedBatch): Promise<Receipt> {
    const quarantineIds = batch.refused.map(this.newId);
    // Counted before the commit: what is on its way waits too.
    this.backpressure.admitted(batch.events.length);
    const receivedAt = this.clock.now();
    const place = await this.group.append({ accountId, receivedAt, batch, quarantineIds });
    this.metrics.received(batch.count, batch.refused.length);
    const rejected = batch.refused.map(({ index, refusal }, i): RejectedOutcome => {
      const { code, pointer, detail } = refusal;
      return { index, outcome: 'rejected', code, pointer, detail, quarantineId: quarantineIds[i] ?? '' };
    });
    const { count: received, events } = batch;
    return { batchId: encodeBatchId(place), receivedAt, received, accepted: events.length, rejected };
  }
}

export const RECEIVE_EVENTS = Symbol('ReceiveEvents');
