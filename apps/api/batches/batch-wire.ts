import { formatInstant } from '#calendar';
import type { BatchWire } from '#contract';
import type { Batch } from '#ingest';

export function toApi({ batchId, state, receivedAt, finishedAt, events, ...counts }: Batch): BatchWire {
  const { received, accepted, duplicates, rejected } = counts;
  return {
    batchId,
    state,
    receivedAt: formatInstant(receivedAt),
    finishedAt: finishedAt === null ? null : formatInstant(finishedAt),
    received,
    accepted,
    duplicates,
    rejected,
    events: [...events],
  };
}
