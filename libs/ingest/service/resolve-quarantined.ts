import type { Clock } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import {
  checkCloudEvent,
  checkEvent,
  decodeUtf8,
  duplicateKeyIn,
  encodeBatchId,
  encodePayload,
  type RawEvent,
  type ReadingRules,
  type Refusal,
  readCorrectedEvent,
  refuse,
  type UsageEvent,
} from '../domain/index.js';
import type { Inbox } from './inbox.js';
import type { QuarantinedEventWithRaw, QuarantineStore } from './quarantine.js';
import type { ReceiveEventsSettings } from './receive-events.js';

export interface ReplayInput {
  readonly accountId: number;
  readonly quarantineId: string;
  /** JSON: `{"event": …}`, the event put right. Without one, or empty: as it came, for a reason that has gone. */
  readonly body: Uint8Array;
  /** The key of who asks. */
  readonly by: string | null;
}

export interface DiscardQuarantinedInput {
  readonly accountId: number;
  readonly quarantineId: string;
  readonly reason: string;
  readonly by: string | null;
}

/** Gives refused events their second try, or lets them go. */
export class ResolveQuarantined {
  constructor(
    private readonly store: QuarantineStore,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly settings: ReceiveEventsSettings,
    private readonly onCommitted: (inboxIds: readonly string[]) => void,
  ) {}

  /**
   * Sends the event through the inbox again. Fails with `quarantine.not_found`, `quarantine.not_open`,
   * `quarantine.still_refused` and `event.conflict`, and when the body cannot be read; it then stays open.
   */
  async replay(input: ReplayInput): Promise<Outcome<{ readonly batchId: string }>> {
    const { accountId, quarantineId, by } = input;
    const kept = await this.findOpen(accountId, quarantineId);
    if (!kept.ok) return kept;
    const corrected = this.read(input.body);
    if (!corrected.ok) return corrected;
    const event = this.check(corrected.value ?? fromBytes(kept.value.raw));
    if (!('identity' in event)) return stillRefused(event);
    const counted = await this.store.contentOf(accountId, event.identity);
    if (counted !== undefined && counted !== event.content) return conflicting(event);

    const inboxId = this.newId();
    const batchId = encodeBatchId({ inboxId, offset: 0, count: 1 });
    const payload = encodePayload([{ index: 0, event }]);
    const row = { accountId, inboxId, receivedAt: this.clock.now(), eventCount: 1, payload, refused: [] };
    const written = await this.inbox.append([{ ...row, replay: { quarantineId, batchId, by } }]);
    if (!written) return notOpen();
    this.onCommitted([inboxId]);
    return succeed({ batchId });
  }

  /** Fails with `quarantine.not_found` and `quarantine.not_open`. */
  async discard(input: DiscardQuarantinedInput): Promise<Outcome<void>> {
    const kept = await this.findOpen(input.accountId, input.quarantineId);
    if (!kept.ok) return kept;
    return (await this.store.discard(input)) ? succeed(undefined) : notOpen();
  }

  private async findOpen(accountId: number, quarantineId: string): Promise<Outcome<QuarantinedEventWithRaw>> {
    const kept = await this.store.find(accountId, quarantineId);
    if (!kept)
      return fail({ kind: 'not_found', code: 'quarantine.not_found', detail: 'There is no such event in quarantine.' });
    return kept.state === 'open' ? succeed(kept) : notOpen();
  }

  private read(body: Uint8Array): Outcome<RawEvent | Refusal | undefined> {
    return body.length === 0 ? succeed(undefined) : readCorrectedEvent(body, { maxDepth: this.settings.maxJsonDepth });
  }

  private check(raw: RawEvent | Refusal): UsageEvent | Refusal {
    if ('code' in raw) return raw;
    const { earliestEventMs, maxFutureMs, maxBatchEvents, maxJsonDepth } = this.settings;
    const rules: ReadingRules = {
      earliest: earliestEventMs * 1000,
      latest: (this.clock.now() + maxFutureMs) * 1000,
      maxEvents: maxBatchEvents,
      maxDepth: maxJsonDepth,
    };
    // No native event has this field, and no CloudEvent lacks it.
    const { value } = raw;
    const isEnvelope = typeof value === 'object' && value !== null && 'specversion' in value;
    return isEnvelope ? checkCloudEvent(raw, rules) : checkEvent(raw, rules);
  }
}

export const RESOLVE_QUARANTINED = Symbol('ResolveQuarantined');

function fromBytes(raw: Uint8Array): RawEvent | Refusal {
  const text = decodeUtf8(raw);
  if (text === undefined) return refuse('event.invalid_utf8', '', 'is not UTF-8');
  try {
    const value: unknown = JSON.parse(text);
    return { value, members: undefined, duplicateKey: () => duplicateKeyIn(text) };
  } catch {
    return refuse('event.malformed_json', '', 'is not JSON');
  }
}

function stillRefused({ code, pointer, detail }: Refusal): Outcome<never> {
  return fail({
    kind: 'unprocessable',
    code: 'quarantine.still_refused',
    detail: `The event is refused again: ${pointer || 'it'} ${detail}. It stays in quarantine.`,
    errors: [{ pointer, code, detail }],
  });
}

function conflicting({ source, id }: UsageEvent): Outcome<never> {
  const detail = `Another event ${id} of ${source} is counted already. It stays in quarantine; give it an id of its own.`;
  return fail({ kind: 'conflict', code: 'event.conflict', detail });
}

function notOpen(): Outcome<never> {
  return fail({ kind: 'conflict', code: 'quarantine.not_open', detail: 'It has been replayed or discarded already.' });
}
