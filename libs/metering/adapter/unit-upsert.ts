import type { UnitSum } from '../domain/index.js';

/** Takes its rows in the order given, which must be the key's, as `UPSERT_BUCKETS` does. */
export const UPSERT_UNITS = `
  insert into metered_unit (account_id, charge_period, dimension_id, unit, quantity)
  select $1, to_timestamp(period), dimension_id, unit, quantity
  from unnest($2::bigint[], $3::int[], $4::text[], $5::numeric[]) as rows (period, dimension_id, unit, quantity)
  on conflict (account_id, charge_period, dimension_id, unit) do update
    set quantity = metered_unit.quantity + excluded.quantity`;

/** The parameters of `UPSERT_UNITS`. */
export function unitParameters(accountId: number, sums: readonly UnitSum[]): unknown[] {
  return [
    accountId,
    sums.map(({ chargePeriod }) => chargePeriod / 1000),
    sums.map(({ dimensionId }) => dimensionId),
    sums.map(({ unit }) => unit),
    sums.map(({ quantity }) => quantity.toString()),
  ];
}
