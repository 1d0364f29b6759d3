import type { BucketSum } from '../domain/index.js';

const SUMS = [
  'requests',
  'input_uncached',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'inference_micros',
  'prefill_micros',
  'decode_micros',
  'untimed_requests',
];
const FIRST_SUM = 4;

/** Takes its rows in the order given, which must be the key's: flushes that took them in two orders would deadlock. */
export const UPSERT_BUCKETS = `
  insert into metered_usage (account_id, charge_period, dimension_id, ${SUMS.join(', ')})
  select $1, to_timestamp(period), dimension_id, ${SUMS.join(', ')}
  from unnest($2::bigint[], $3::int[], ${SUMS.map((_, i) => `$${i + FIRST_SUM}::bigint[]`).join(', ')})
    as rows (period, dimension_id, ${SUMS.join(', ')})
  on conflict (account_id, charge_period, dimension_id) do update set
    ${SUMS.map((sum) => `${sum} = metered_usage.${sum} + excluded.${sum}`).join(', ')}`;

/** The parameters of `UPSERT_BUCKETS`. Arrays as text: the driver's own rendering takes each number apart. */
export function bucketParameters(accountId: number, sums: readonly BucketSum[]): unknown[] {
  const array = (of: (sum: BucketSum) => number | bigint) => `{${sums.map(of).join(',')}}`;
  return [
    accountId,
    array(({ chargePeriod }) => chargePeriod / 1000),
    array(({ dimensionId }) => dimensionId),
    array(({ requests }) => requests),
    ...Array.from({ length: SUMS.length - 2 }, (_, i) => array(({ measures }) => measures[i] ?? 0)),
    array(({ untimedRequests }) => untimedRequests),
  ];
}
