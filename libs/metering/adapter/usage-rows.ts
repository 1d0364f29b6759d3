import type { UsageOrigin } from '../service/metered-usage-reader.js';

const TOKENS = ['input_uncached', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'];
const DURATIONS = ['inference_micros', 'prefill_micros', 'decode_micros'];

/** Both give the same columns for the same usage: period in milliseconds, dimension, requests, measures, untimed requests. */
export const SELECT_USAGE: Readonly<Record<UsageOrigin, string>> = {
  buckets: `
    select (extract(epoch from charge_period) * 1000)::bigint, dimension_id, requests, ${[...TOKENS, ...DURATIONS].join(', ')},
      untimed_requests
    from metered_usage where account_id = $1 and charge_period >= $2 and charge_period < $3
    order by charge_period`,
  events: `
    select (extract(epoch from charge_period) * 1000)::bigint, dimension_id, requests, ${[...TOKENS, ...DURATIONS].join(', ')},
      untimed_requests
    from (
      select date_bin('15 minutes', occurred_at, '2000-01-01Z') as charge_period, dimension_id, count(*) as requests,
        ${TOKENS.map((column) => `sum(${column}) as ${column}`).join(', ')},
        ${DURATIONS.map((column) => `coalesce(sum(${column}), 0) as ${column}`).join(', ')},
        count(*) filter (where inference_micros is null) as untimed_requests
      from usage_event where account_id = $1 and occurred_at >= $2 and occurred_at < $3
      group by 1, 2
    ) sums
    order by charge_period`,
};
