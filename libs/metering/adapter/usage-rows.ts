import { formatInstant } from '#calendar';
import type { ReadUsageInput, UsageOrigin } from '../service/metered-usage-reader.js';
import { DURATION_COLUMNS, TOKEN_COLUMNS } from './measure-columns.js';
import { ofPools } from './of-pools.js';

/** Of the text of an event, or (`part`) of its tokens of another modality, by their place in the list. */
const TEXT_TOKENS = TOKEN_COLUMNS.map((column) => `sum(${column}) as ${column}`).join(', ');
const PART_TOKENS = TOKEN_COLUMNS.map((column, i) => `sum((part->'tokens'->>${i})::bigint) as ${column}`).join(', ');
/** The charge period of an event. */
export const PERIOD = `date_bin('15 minutes', occurred_at, '2000-01-01Z')`;
const INTERVAL = 'account_id = $1 and occurred_at >= $2 and occurred_at < $3';
const COLUMNS = `(extract(epoch from charge_period) * 1000)::bigint, dimension_id, units, requests,
      ${[...TOKEN_COLUMNS, ...DURATION_COLUMNS].join(', ')}, untimed_requests`;
const UNITS = 'jsonb_object_agg(unit, quantity::text) as units';

/** Both give the same columns for the same usage: period in milliseconds, dimension, units, requests, measures, untimed requests. */
const SELECT_USAGE: Readonly<Record<UsageOrigin, string>> = {
  buckets: `
    select ${COLUMNS}
    from metered_usage left join (
      select charge_period, dimension_id, ${UNITS}
      from metered_unit where account_id = $1 and charge_period >= $2 and charge_period < $3 group by 1, 2
    ) counted using (charge_period, dimension_id)
    where account_id = $1 and charge_period >= $2 and charge_period < $3`,
  // What is not text is read once more through the index that holds nothing else.
  events: `
    select ${COLUMNS}
    from (
      select ${PERIOD} as charge_period, dimension_id, count(*) as requests, ${TEXT_TOKENS},
        ${DURATION_COLUMNS.map((column) => `coalesce(sum(${column}), 0) as ${column}`).join(', ')},
        count(*) filter (where inference_micros is null) as untimed_requests
      from usage_event where ${INTERVAL} group by 1, 2
      union all
      select ${PERIOD}, (part->>'dimension')::int, 0, ${PART_TOKENS}, ${DURATION_COLUMNS.map(() => '0').join(', ')}, 0
      from usage_event cross join lateral jsonb_array_elements(extras->'parts') part
      where ${INTERVAL} and extras is not null group by 1, 2
    ) sums left join (
      select charge_period, dimension_id, ${UNITS}
      from (
        select ${PERIOD} as charge_period, dimension_id, key as unit, sum(value::numeric) as quantity
        from usage_event cross join lateral jsonb_each_text(extras->'units')
        where ${INTERVAL} and extras is not null group by 1, 2, 3
      ) each_unit
      group by 1, 2
    ) counted using (charge_period, dimension_id)`,
};

/** The query, and its values: account, begin and end, and the pools where only some are of interest. */
export function selectUsage({ accountId, start, end, origin, pools }: ReadUsageInput): [string, unknown[]] {
  const values = [accountId, formatInstant(start), formatInstant(end)];
  if (pools === undefined || origin === 'events') return [`${SELECT_USAGE[origin]} order by charge_period`, values];
  return [`${SELECT_USAGE[origin]} ${ofPools('$1', '$4::text[]')} order by charge_period`, [...values, pools]];
}
