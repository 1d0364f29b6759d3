import { formatInstant } from '#calendar';
import type { QuarantinedWire, QuarantinedWithRawWire } from '#contract';
import { decodeUtf8, type QuarantinedEvent, type QuarantinedEventWithRaw } from '#ingest';

export function toApi(event: QuarantinedEvent): QuarantinedWire {
  return {
    quarantineId: event.quarantineId,
    receivedAt: formatInstant(event.receivedAt),
    state: event.state,
    code: event.code,
    pointer: event.pointer,
    detail: event.detail,
    source: event.source,
    id: event.id,
    resolvedAt: event.resolvedAt === null ? null : formatInstant(event.resolvedAt),
    resolvedBy: event.resolvedBy,
    replayBatchId: event.replayBatchId,
    discardReason: event.discardReason,
  };
}

export function toApiWithRaw(event: QuarantinedEventWithRaw): QuarantinedWithRawWire {
  const text = decodeUtf8(event.raw);
  const raw = text ?? Buffer.from(event.raw).toString('base64');
  return { ...toApi(event), raw, rawEncoding: text === undefined ? 'base64' : 'utf8' };
}
