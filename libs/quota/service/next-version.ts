import type { EpochMs } from '#calendar';
import {
  effectiveNow,
  livingVersions,
  type QuotaDefinition,
  type QuotaTiming,
  type QuotaVersion,
  saysSo,
  seriesFor,
} from '../domain/index.js';
import type { NewQuotaVersion } from './definition-store.js';

/** What somebody wants to be so of a quota. */
export interface QuotaWish {
  readonly name: string;
  readonly definition: QuotaDefinition;
  readonly timing: QuotaTiming;
  readonly reason: string;
}

/** Who says something, and when. */
export interface Saying {
  readonly now: EpochMs;
  readonly recordedBy: string | null;
}

/** The version that says it, after those that are there; undefined: it is so already. */
export function nextVersion(
  versions: readonly QuotaVersion[],
  { name, definition, timing, reason }: QuotaWish,
  { now, recordedBy }: Saying,
): NewQuotaVersion | undefined {
  const living = livingVersions(versions);
  if (saysSo(living, definition, timing, now)) return undefined;
  const validFrom = timing === 'draft' ? null : timing === 'now' ? effectiveNow(versions, now) : timing;
  return {
    ...definition,
    name,
    version: (versions.at(-1)?.version ?? 0) + 1,
    seriesId: seriesFor(living, definition, validFrom),
    validFrom,
    withdrawn: false,
    reason,
    recordedAt: now,
    recordedBy,
  };
}

/** The version that withdraws the quota. */
export function withdrawal(
  versions: readonly QuotaVersion[],
  latest: QuotaVersion,
  reason: string,
  { now, recordedBy }: Saying,
): NewQuotaVersion {
  const validFrom = effectiveNow(versions, now);
  return { ...latest, version: latest.version + 1, validFrom, withdrawn: true, reason, recordedAt: now, recordedBy };
}
