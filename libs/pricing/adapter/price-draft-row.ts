import { formatInstant } from '#calendar';
import type { PriceDraft } from '../service/price-store.js';
import { NATURAL_KEY_SQL, ratesToRow, timeToRow } from './price-row.js';
import { volumePricesToRow } from './volume-price-row.js';

/** Drafts as one JSON parameter, read back by `DRAFTS_SQL`. */
export function draftsToRow(drafts: readonly PriceDraft[]): string {
  return JSON.stringify(
    drafts.map(({ validFrom, validTo, daily, rates, volumePrices, ...draft }) => ({
      kind: draft.kind,
      provider: draft.provider,
      model: draft.model,
      service_tier: draft.serviceTier,
      region: draft.region,
      valid_from: formatInstant(validFrom),
      valid_to: validTo === null ? null : formatInstant(validTo),
      daily_from: daily && timeToRow(daily.from),
      daily_to: daily && timeToRow(daily.to),
      currency: draft.currency,
      model_match: draft.modelMatch,
      rates: ratesToRow(rates),
      volume_prices: volumePrices === undefined ? null : volumePricesToRow(volumePrices),
      source: draft.source,
    })),
  );
}

export const DRAFTS_SQL = `
  jsonb_to_recordset($2::jsonb) as d (kind text, provider text, model text, service_tier text, region text,
    valid_from timestamptz, valid_to timestamptz, daily_from time, daily_to time, currency text, model_match jsonb, rates jsonb,
    volume_prices jsonb, source text)`;

const SAME_KEY = `
  p.account_id = $1 and (p.kind, p.provider, p.model, p.service_tier, p.region, p.valid_from)
    = (d.kind, d.provider, d.model, d.service_tier, d.region, d.valid_from)
  and coalesce(p.daily_from, '00:00') = coalesce(d.daily_from, '00:00')
  and coalesce(p.daily_to, '00:00') = coalesce(d.daily_to, '00:00')`;

/** Adds a version of each draft that says something else than the current one of its key. */
export const INSERT_DRAFTS_SQL = `
  insert into price_version (account_id, kind, provider, model, service_tier, region, valid_from, daily_from, daily_to, version,
    valid_to, currency, model_match, rates, volume_prices, source, recorded_at, recorded_by)
  select $1, d.kind, d.provider, d.model, d.service_tier, d.region, d.valid_from, d.daily_from, d.daily_to,
    coalesce(v.version, 0) + 1, d.valid_to, d.currency, nullif(d.model_match, 'null'), d.rates,
    nullif(d.volume_prices, 'null'), d.source, $3, $4
  from ${DRAFTS_SQL}
  left join lateral (select p.* from price_version p where ${SAME_KEY} order by p.version desc limit 1) v on true
  where v.version is null or v.withdrawn
    or (v.valid_to, v.currency, v.model_match, v.rates, v.volume_prices, v.source)
      is distinct from
        (d.valid_to, d.currency, nullif(d.model_match, 'null'), d.rates, nullif(d.volume_prices, 'null'), d.source)
  returning version`;

const KEY_SQL = 'provider, model, service_tier, region, valid_from, daily_from, daily_to';

/** Withdraws the source's prices of the drafts' models that no draft names any more. As sets: a table has thousands. */
export const WITHDRAW_SQL = `
  with draft as materialized (select * from ${DRAFTS_SQL}),
  current as materialized (
    select distinct on (${NATURAL_KEY_SQL}) p.* from price_version p
    where p.account_id = $1 and p.kind = 'list' and p.source = $4 order by ${NATURAL_KEY_SQL}, p.version desc
  ),
  gone as (
    select ${KEY_SQL} from current where not withdrawn and (provider, model) in (select provider, model from draft)
    except select ${KEY_SQL} from draft
  )
  insert into price_version (account_id, kind, provider, model, service_tier, region, valid_from, daily_from, daily_to, version,
    valid_to, withdrawn, currency, model_match, rates, volume_prices, source, recorded_at)
  select c.account_id, c.kind, c.provider, c.model, c.service_tier, c.region, c.valid_from, c.daily_from, c.daily_to,
    c.version + 1, c.valid_to, true, c.currency, c.model_match, c.rates, c.volume_prices, c.source, $3
  from gone g join current c
    on (c.provider, c.model, c.service_tier, c.region, c.valid_from) = (g.provider, g.model, g.service_tier, g.region, g.valid_from)
    and c.daily_from is not distinct from g.daily_from and c.daily_to is not distinct from g.daily_to
  returning version`;
