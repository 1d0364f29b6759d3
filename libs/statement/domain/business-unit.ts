import type { EpochMs } from '#calendar';
import { businessUnitAt, type CostCenterInputs } from '#directory/domain';

/** Which business unit a cost centre belongs to, for one billing period. */
export interface BusinessUnit {
  readonly costCenter: string;
  readonly businessUnit: string;
}

/** The business units as the billing period ends, by cost centre; cost centres without one are left out. */
export function businessUnitsAt(costCenters: readonly CostCenterInputs[], periodEnd: EpochMs): BusinessUnit[] {
  return costCenters.flatMap(({ costCenter, versions }) => {
    const businessUnit = businessUnitAt(versions, periodEnd - 1);
    return businessUnit === null ? [] : [{ costCenter, businessUnit }];
  });
}
