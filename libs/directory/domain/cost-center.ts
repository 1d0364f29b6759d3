import { type DatedVersion, type EpochMs, versionAt } from '#calendar';

/** What is true of a cost centre from `validFrom` on. */
export interface CostCenterVersion extends DatedVersion {
  readonly businessUnit: string | null;
}

/** A cost centre of which something was said, with all its versions. */
export interface CostCenterInputs {
  readonly costCenter: string;
  readonly versions: readonly CostCenterVersion[];
}

/** The business unit at an instant; null: none is known. */
export function businessUnitAt(versions: readonly CostCenterVersion[], at: EpochMs): string | null {
  return versionAt(versions, at)?.businessUnit ?? null;
}
