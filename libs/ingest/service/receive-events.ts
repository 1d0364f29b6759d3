import type { Clock, EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import {
  encodeBatchId,
  type ReadingRules,
  type ReceivedBatch,
  type RejectedOutcome,
  WIRE_FORMATS,
} from '../domain/index.js';
import type { Backpressure } from './backpressure.js';
import type { HeldBytes } from './bytes-in-flight.js';
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
    const asked = this.backpressure.admit();
    const admitted = asked instanceof Promise ? await asked : asked;
    const held = admitted.ok ? this.backpressure.hold(input.body.length) : admitted;
    if (!held.ok) return this.refused(held);
    try {
      return await this.take(input, held.value);
    } finally {
      held.value.release();
    }
  }

  private async take(input: ReceiveEventsInput, held: HeldBytes): Promise<Outcome<Receipt>> {
    const { mediaType, contentEncoding, body } = input;
    const read = WIRE_FORMATS[mediaType];
    if (!read) {
      const detail = `${mediaType || 'A body without a type'} is not read; send ${Object.keys(WIRE_FORMATS).join(', ')}.`;
      return fail({ kind: 'unsupported', code: 'ingest.unsupported_media_type', detail });
    }
    const plain =
      contentEncoding === undefined
        ? succeed(body)
        : await inflate(body, contentEncoding, this.settings.maxInflatedBytes);
    if (!plain.ok) return plain;
    const bytes = plain.value.length;
    const fits = held.resize(bytes);
    if (!fits.ok) return this.refused(fits);
    const batch = read(plain.value, this.rules());
    return batch.ok ? succeed(await this.keep(input.accountId, batch.value, bytes)) : batch;
  }

  private refused(busy: Outcome<never>): Outcome<never> {
    this.metrics.overloaded();
    return busy;
  }

  private rules(): ReadingRules {
    const { earliestEventMs, maxFutureMs, maxBatchEvents, maxJsonDepth } = this.settings;
    return {
      earliest: earliestEventMs * 1000,
      latest: (this.clock.now() + maxFutureMs) * 1000,
      maxEvents: maxBatchEvents,
      maxDepth: maxJsonDepth,
    };
  }

  private async keep(accountId: number, batch: ReceivedBatch, bytes: number): Promise<Receipt> {
    const quarantineIds = batch.refused.map(this.newId);
    // Counted before the commit: what is on its way waits too.
    this.backpressure.admitted(batch.events.length);
    const receivedAt = this.clock.now();
    const place = await this.group.append({ accountId, receivedAt, batch, bytes, quarantineIds });
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
