import { type DatedVersion, type EpochMs, versionAt } from '#calendar';

/** What is true of a team from `validFrom` on. */
export interface TeamVersion extends DatedVersion {
  readonly costCenter: string | null;
}

/** A team that the directory knows, with all its versions; none for a team that only events have named so far. */
export interface TeamInputs {
  readonly team: string;
  readonly versions: readonly TeamVersion[];
}

/** The cost centre at an instant; null: none is known. */
export function costCenterAt(versions: readonly TeamVersion[], at: EpochMs): string | null {
  return versionAt(versions, at)?.costCenter ?? null;
}
