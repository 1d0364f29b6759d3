import type { EpochMs } from './instant.js';

/** What was said of something, from an instant on. Versions are never changed; a correction is one more. */
export interface DatedVersion {
  readonly version: number;
  readonly validFrom: EpochMs;
}

/** The version that counts at an instant: of the latest `validFrom` at or before it, of several the highest. */
export function versionAt<T extends DatedVersion>(versions: readonly T[], at: EpochMs): T | undefined {
  let best: T | undefined;
  for (const candidate of versions) {
    if (candidate.validFrom > at) continue;
    if (best === undefined || supersedes(candidate, best)) best = candidate;
  }
  return best;
}

function supersedes(a: DatedVersion, b: DatedVersion): boolean {
  return a.validFrom > b.validFrom || (a.validFrom === b.validFrom && a.version > b.version);
}
