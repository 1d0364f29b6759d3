import { type EpochMs, versionAt } from '#calendar';
import type { QuotaDefinition } from './definition.js';

/** What was said of a quota once. Versions are never changed; a correction is one more. */
export interface QuotaVersion extends QuotaDefinition {
  readonly name: string;
  readonly version: number;
  readonly seriesId: string;
  /** From when on it holds; null: a draft, which holds at no time. */
  readonly validFrom: EpochMs | null;
  /** Ends the quota, and whatever versions before it would have come into force later. */
  readonly withdrawn: boolean;
  readonly reason: string;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** When a version is to hold: from an instant on, from now on, or not yet. */
export type QuotaTiming = EpochMs | 'now' | 'draft';

/** The versions since the quota was withdrawn last, in their order. Empty: there is no such quota. */
export function livingVersions(versions: readonly QuotaVersion[]): readonly QuotaVersion[] {
  return versions.slice(versions.findLastIndex(({ withdrawn }) => withdrawn) + 1);
}

/** Of living versions the one that holds at an instant. */
export function inForceAt(living: readonly QuotaVersion[], at: EpochMs): QuotaVersion | undefined {
  return versionAt(dated(living), at);
}

/** What adjustments are resolved with: the version that holds, else the next that will, else the latest draft. */
export function versionFor(living: readonly QuotaVersion[], at: EpochMs): QuotaVersion | undefined {
  const [next] = dated(living).toSorted((a, b) => a.validFrom - b.validFrom || b.version - a.version);
  return inForceAt(living, at) ?? next ?? living.at(-1);
}

/**
 * The series that a version goes on with which holds from then on: that of the version it follows in time or, if that counts
 * something else, of the one that follows it; undefined: it begins one. A draft follows the latest.
 */
export function seriesFor(
  living: readonly QuotaVersion[],
  definition: QuotaDefinition,
  validFrom: EpochMs | null,
): string | undefined {
  const before = validFrom === null ? living.at(-1) : (inForceAt(living, validFrom) ?? living.findLast(isDraft));
  const after = dated(living).filter((version) => validFrom !== null && version.validFrom > validFrom);
  const next = versionFor(after, Number.NEGATIVE_INFINITY);
  const counted = countedKey(definition);
  return [before, next].find((version) => version && countedKey(version) === counted)?.seriesId;
}

/** Whether the latest of living versions says so already. */
export function saysSo(
  living: readonly QuotaVersion[],
  definition: QuotaDefinition,
  timing: QuotaTiming,
  now: EpochMs,
): boolean {
  const latest = living.at(-1);
  if (!latest || definitionKey(latest) !== definitionKey(definition)) return false;
  if (timing === 'draft') return latest.validFrom === null;
  return timing === 'now' ? inForceAt(living, now) === latest : latest.validFrom === timing;
}

/** Since when "from now on" is: no earlier than what another process, whose clock is ahead, has said from its now on. */
export function effectiveNow(versions: readonly QuotaVersion[], now: EpochMs): EpochMs {
  return versions.reduce(
    (latest, { validFrom, recordedAt }) =>
      validFrom !== null && validFrom <= recordedAt ? Math.max(latest, validFrom) : latest,
    now,
  );
}

/** The same for definitions that count the same. */
function countedKey({ subject, filter, measure, window }: QuotaDefinition): string {
  return keyOf({ subject, filter, measure, window });
}

function definitionKey(definition: QuotaDefinition): string {
  const { subject, filter, measure, window, limit, action, fallback, tierPercents, rolloverCap } = definition;
  const { actualThresholds, forecastThresholds, anomalies } = definition;
  const enforced = { subject, filter, measure, window, limit, action, fallback, tierPercents, rolloverCap };
  return keyOf({ ...enforced, actualThresholds, forecastThresholds, anomalies });
}

/** Text that is the same for values that say the same, whatever the order of their fields. */
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

type Dated = QuotaVersion & { readonly validFrom: EpochMs };

function dated(versions: readonly QuotaVersion[]): readonly Dated[] {
  return versions.filter((version): version is Dated => version.validFrom !== null);
}

function isDraft({ validFrom }: QuotaVersion): boolean {
  return validFrom === null;
}
