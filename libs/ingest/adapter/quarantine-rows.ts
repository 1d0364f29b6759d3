import { type EpochMs, formatInstant } from '#calendar';
import type { QuarantineEntry } from '../service/inbox.js';

interface Refusing {
  readonly accountId: number;
  readonly inboxId: string;
  readonly receivedAt: EpochMs;
  readonly refused: readonly QuarantineEntry[];
}

/** What was refused, as the JSON that `INSERT_QUARANTINE` takes. */
export function quarantineRows({ accountId, inboxId, receivedAt, refused }: Refusing) {
  return refused.map(({ quarantineId, index, refusal, raw, source, id }) => ({
    accountId,
    inboxId,
    receivedAt: formatInstant(receivedAt),
    quarantineId,
    index,
    source,
    id,
    ...refusal,
    raw: Buffer.from(raw).toString('base64'),
  }));
}
