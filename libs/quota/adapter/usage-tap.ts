import type { UsageTap } from '#metering';
import { encodeUsage, type UsageRecord } from '../domain/index.js';

/** Locked until the flush commits: a first quota waits for it, and then finds its usage among what was metered. */
const REVISION = 'select quota_revision_held($1) as revision';
const ADD = 'insert into quota_usage (account_id, payload) values ($1, $2)';

/** Writes down new usage for the counts, where the account has quotas. */
export const usageTap: UsageTap = async (session, { accountId, events, dimensionIds, partIds }) => {
  const [row] = await session.query(REVISION, [accountId]);
  if (row === undefined || row[0] === '0') return;
  const records = events.map(({ event }, i): UsageRecord => {
    const { occurredAt, tokens, tags, extras, reservationId } = event;
    const ids = partIds.get(i) ?? [];
    return {
      occurredAt,
      text: { dimensionId: dimensionIds[i] ?? 0, tokens },
      parts: (extras?.parts ?? []).map((part, n) => ({ dimensionId: ids[n] ?? 0, tokens: part.tokens })),
      units: Object.fromEntries((extras?.units ?? []).map(({ unit, quantity }) => [unit, quantity])),
      tags,
      reservationId,
    };
  });
  await session.query(ADD, [accountId, encodeUsage(records)]);
};
