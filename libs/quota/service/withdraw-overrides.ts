import type { QuotaOverride } from '../domain/index.js';
import type { QuotaChanges } from './definition-store.js';
import type { Saying } from './next-version.js';

/** Withdraws overrides. Of a transfer both sides go, or something would be given that nobody gives. */
export async function withdrawWithPartners(
  changes: QuotaChanges,
  overrides: readonly QuotaOverride[],
  reason: string,
  { now, recordedBy }: Saying,
): Promise<void> {
  const known = new Map(overrides.map((override) => [override.overrideId, override]));
  const missing = overrides.flatMap(({ partnerId }) => (partnerId === null || known.has(partnerId) ? [] : [partnerId]));
  for (const partner of await changes.findOverrides(missing)) known.set(partner.overrideId, partner);
  const living = [...known.values()].filter(({ withdrawn }) => !withdrawn);
  await changes.addOverrides(
    living.map((override) => ({
      ...override,
      version: override.version + 1,
      withdrawn: true,
      reason,
      recordedAt: now,
      recordedBy,
    })),
  );
}
