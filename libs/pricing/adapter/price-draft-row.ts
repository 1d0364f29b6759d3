import { formatInstant } from '#calendar';
import type { PriceDraft } from '../service/price-store.js';
import { ratesToRow, timeToRow } from './price-row.js';

/** Drafts as one JSON parameter, read back by `DRAFTS_SQL`. */
export function draftsToRow(drafts: readonly PriceDraft[]): string {
  return JSON.stringify(
    drafts.map(({ validFrom, validTo, daily, rates, ...draft }) => ({
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
      source: draft.source,
    })),
  );
}

export const DRAFTS_SQL = `
  jsonb_to_recordset($2::jsonb) as d (kind text, provider text, model text, service_tier text, region text,
    valid_from timestamptz, valid_to timestamptz, daily_from time, daily_to time, currency text, model_match jsonb, rates jsonb,
    source text)`;

const SAME_KEY = `
  p.account_id = $1 and (p.kind, p.provider, p.model, p.service_tier, p.region, p.valid_from)
    = (d.kind, d.provider, d.model, d.service_tier, d.region, d.valid_from)
  and coalesce(p.daily_from, '00:00') = coalesce(d.daily_from, '00:00')
  and coalesce(p.daily_to, '00:00') = coalesce(d.daily_to, '00:00')`;

/** Adds a version of each draft that says something else than the current one of its key. */
export const INSERT_DRAFTS_SQL = `
  insert into price_version (account_id, kind, provider, model, service_tier, region, valid_from, daily_from, daily_to, version,
    valid_to, currency, model_match, rates, source, recorded_at, recorded_by)
  select $1, d.kind, d.provider, d.model, d.service_tier, d.region, d.valid_from, d.daily_from, d.daily_to,
    coalesce(v.version, 0) + 1, d.valid_to, d.currency, nullif(d.model_match, 'null'), d.rates, d.source, $3, $4
  from ${DRAFTS_SQL}
  left join lateral (select p.* from price_version p where ${SAME_KEY} order by p.version desc limit 1) v on true
  where v.version is null or v.withdrawn
    or (v.valid_to, v.currency, v.model_match, v.rates, v.source)
      is distinct from (d.valid_to, d.currency, nullif(d.model_match, 'null'), d.rates, d.source)
  returning version`;

/** Withdraws the source's prices of the drafts' models that no draft names any more. */
export const WITHDRAW_SQL = `
  insert into price_version (account_id, kind, provider, model, service_tier, region, valid_from, daily_from, daily_to, version,
    valid_to, withdrawn, currency, model_match, rates, source, recorded_at)
  select p.account_id, p.kind, p.provider, p.model, p.service_tier, p.region, p.valid_from, p.daily_from, p.daily_to,
    p.version + 1, p.valid_to, true, p.currency, p.model_match, p.rates, p.source, $3
  from price_version p
  where p.account_id = $1 and p.kind = 'list' and p.source = $4 and not p.withdrawn
    and not exists (
      select from price_version n
      where n.account_id = p.account_id and n.version > p.version
        and (n.kind, n.provider, n.model, n.service_tier, n.region, n.valid_from)
          = (p.kind, p.provider, p.model, p.service_tier, p.region, p.valid_from)
        and coalesce(n.daily_from, '00:00') = coalesce(p.daily_from, '00:00')
        and coalesce(n.daily_to, '00:00') = coalesce(p.daily_to, '00:00'))
    and exists (select from ${DRAFTS_SQL} where (d.provider, d.model) = (p.provider, p.model))
    and not exists (select from ${DRAFTS_SQL} where ${SAME_KEY})
  returning version`;
