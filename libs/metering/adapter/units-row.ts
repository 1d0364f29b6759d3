import { type UnitCounts, USAGE_UNITS, type UsageUnit } from '#token';

/** Quantities by unit as jsonb; strings, for JSON numbers are not exact. */
export type UnitsRow = Readonly<Record<string, string>>;

export function unitsFromRow(row: UnitsRow | null): UnitCounts {
  if (row === null) return NO_UNITS;
  return Object.fromEntries(
    USAGE_UNITS.flatMap((unit): [UsageUnit, bigint][] => {
      const quantity = row[unit];
      return quantity === undefined ? [] : [[unit, BigInt(quantity)]];
    }),
  );
}

const NO_UNITS: UnitCounts = {};
