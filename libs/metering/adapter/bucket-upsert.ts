import type { BucketSum } from '../domain/index.js';
import { MEASURE_COLUMNS } from './measure-columns.js';

const FIRST_SUM = 4;

/** Takes its rows in the order given, which must be the key's: flushes that took them in two orders would deadlock. */
export const UPSERT_BUCKETS = `
  insert into metered_usage (account_id, charge_period, dimension_id, ${MEASURE_COLUMNS.join(', ')})
  select $1, to_timestamp(period), dimension_id, ${MEASURE_COLUMNS.join(', ')}
  from unnest($2::bigint[], $3::int[], ${MEASURE_COLUMNS.map((_, i) => `$${i + FIRST_SUM}::bigint[]`).join(', ')})
    as rows (period, dimension_id, ${MEASURE_COLUMNS.join(', ')})
  on conflict (account_id, charge_period, dimension_id) do update set
    ${MEASURE_COLUMNS.map((sum) => `${sum} = metered_usage.${sum} + excluded.${sum}`).join(', ')}`;

/** The parameters of `UPSERT_BUCKETS`. Arrays as text: the driver's own rendering takes each number apart. */
export function bucketParameters(accountId: number, sums: readonly BucketSum[]): unknown[] {
  const array = (of: (sum: BucketSum) => number | bigint) => `{${sums.map(of).join(',')}}`;
  return [
    accountId,
    array(({ chargePeriod }) => chargePeriod / 1000),
    array(({ dimensionId }) => dimensionId),
    array(({ requests }) => requests),
    ...Array.from({ length: MEASURE_COLUMNS.length - 2 }, (_, i) => array(({ measures }) => measures[i] ?? 0)),
    array(({ untimedRequests }) => untimedRequests),
  ];
}
