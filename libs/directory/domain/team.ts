import type { EpochMs } from '#calendar';

/** What is true of a team from `validFrom` on. Versions are never changed; a correction is one more. */
export interface TeamVersion {
  readonly version: number;
  readonly validFrom: EpochMs;
  readonly costCenter: string | null;
}

/** A team that the directory knows, with all its versions; none for a team that only events have named so far. */
export interface TeamInputs {
  readonly team: string;
  readonly versions: readonly TeamVersion[];
}

/** The cost centre at an instant: of the latest `validFrom` at or before it, of several the highest version. */
export function costCenterAt(versions: readonly TeamVersion[], at: EpochMs): string | null {
  let best: TeamVersion | undefined;
  for (const candidate of versions) {
    if (candidate.validFrom > at) continue;
    if (best === undefined || supersedes(candidate, best)) best = candidate;
  }
  return best?.costCenter ?? null;
}

function supersedes(a: TeamVersion, b: TeamVersion): boolean {
  return a.validFrom > b.validFrom || (a.validFrom === b.validFrom && a.version > b.version);
}
