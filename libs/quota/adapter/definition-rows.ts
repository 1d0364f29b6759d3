import { formatInstant } from '#calendar';
import type { QuotaOverride, QuotaVersion, QuotaWindowSpec } from '../domain/index.js';
import type { NewQuotaVersion } from '../service/definition-store.js';

/** A row of quota_version. */
export interface QuotaVersionRow {
  readonly quota: string;
  readonly version: number;
  readonly series_id: string;
  readonly valid_from: Date | null;
  readonly withdrawn: boolean;
  readonly level: QuotaVersion['subject']['level'];
  readonly subject: string | null;
  readonly team: string | null;
  readonly tag_key: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly pool: string | null;
  readonly tier: string | null;
  readonly environment: string | null;
  readonly status: string | null;
  readonly measure: QuotaVersion['measure'];
  readonly window_kind: QuotaWindowSpec['kind'];
  readonly window_unit: Extract<QuotaWindowSpec, { kind: 'calendar' }>['unit'] | null;
  readonly time_zone: string | null;
  readonly week_start: number | null;
  readonly anchor_day: number | null;
  readonly length_ms: string | null;
  readonly window_from: Date | null;
  readonly window_until: Date | null;
  readonly limit_amount: string;
  readonly action: QuotaVersion['action'];
  readonly fallback: QuotaVersion['fallback'];
  readonly tier_percents: Readonly<Record<string, number>>;
  readonly rollover_cap: string | null;
  readonly actual_thresholds: readonly number[];
  readonly forecast_thresholds: readonly number[];
  readonly anomalies: boolean;
  readonly reason: string;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function versionFromRow(row: QuotaVersionRow): QuotaVersion {
  const { provider, model, pool, tier, environment, status } = row;
  return {
    name: row.quota,
    version: row.version,
    seriesId: row.series_id,
    validFrom: row.valid_from?.getTime() ?? null,
    withdrawn: row.withdrawn,
    subject: { level: row.level, name: row.subject, team: row.team, tagKey: row.tag_key },
    filter: { provider, model, pool, tier, environment, status },
    measure: row.measure,
    window: windowFromRow(row),
    limit: BigInt(row.limit_amount),
    action: row.action,
    fallback: row.fallback,
    tierPercents: row.tier_percents,
    rolloverCap: row.rollover_cap === null ? null : BigInt(row.rollover_cap),
    actualThresholds: row.actual_thresholds,
    forecastThresholds: row.forecast_thresholds,
    anomalies: row.anomalies,
    reason: row.reason,
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}

function windowFromRow(row: QuotaVersionRow): QuotaWindowSpec {
  const {
    window_kind: kind,
    window_unit: unit,
    time_zone: timeZone,
    week_start: weekStart,
    anchor_day: anchorDay,
  } = row;
  const { length_ms: lengthMs, window_from: from, window_until: until } = row;
  if (kind === 'now') return { kind };
  if (kind === 'rolling' && lengthMs !== null) return { kind, lengthMs: Number(lengthMs) };
  if (kind === 'total' && from !== null && until !== null)
    return { kind, from: from.getTime(), until: until.getTime() };
  if (kind === 'calendar' && unit !== null && timeZone !== null && weekStart !== null && anchorDay !== null)
    return { kind, unit, timeZone, weekStart, anchorDay };
  throw new Error(`quota ${row.quota}, version ${row.version}: no window of the kind ${kind}`);
}

/** What `jsonb_to_record` makes a row of; with the series, which the database may have given. */
export function versionToRow(version: NewQuotaVersion, seriesId: string): Record<string, unknown> {
  const { subject, filter, window } = version;
  const calendar = window.kind === 'calendar' ? window : undefined;
  const total = window.kind === 'total' ? window : undefined;
  return {
    quota: version.name,
    version: version.version,
    series_id: seriesId,
    valid_from: version.validFrom === null ? null : formatInstant(version.validFrom),
    withdrawn: version.withdrawn,
    level: subject.level,
    subject: subject.name,
    team: subject.team,
    tag_key: subject.tagKey,
    ...filter,
    measure: version.measure,
    window_kind: window.kind,
    window_unit: calendar?.unit,
    time_zone: calendar?.timeZone,
    week_start: calendar?.weekStart,
    anchor_day: calendar?.anchorDay,
    length_ms: window.kind === 'rolling' ? window.lengthMs : null,
    window_from: total && formatInstant(total.from),
    window_until: total && formatInstant(total.until),
    limit_amount: version.limit.toString(),
    action: version.action,
    fallback: version.fallback,
    tier_percents: version.tierPercents,
    rollover_cap: version.rolloverCap?.toString(),
    actual_thresholds: version.actualThresholds,
    forecast_thresholds: version.forecastThresholds,
    anomalies: version.anomalies,
    reason: version.reason,
    recorded_at: formatInstant(version.recordedAt),
    recorded_by: version.recordedBy,
  };
}

/** A row of quota_override. */
export interface QuotaOverrideRow {
  readonly override_id: string;
  readonly version: number;
  readonly quota: string;
  readonly kind: QuotaOverride['kind'];
  readonly subject: string | null;
  readonly measure: QuotaOverride['measure'];
  readonly percent: string;
  readonly amount: string;
  readonly valid_from: Date;
  readonly valid_until: Date;
  readonly partner_id: string | null;
  readonly withdrawn: boolean;
  readonly reason: string;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function overrideFromRow(row: QuotaOverrideRow): QuotaOverride {
  const { version, quota, kind, subject, measure, withdrawn, reason } = row;
  return {
    overrideId: row.override_id,
    ...{ version, quota, kind, subject, measure, withdrawn, reason },
    percent: Number(row.percent),
    amount: BigInt(row.amount),
    from: row.valid_from.getTime(),
    until: row.valid_until.getTime(),
    partnerId: row.partner_id,
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}

export function overrideToRow(override: QuotaOverride): Record<string, unknown> {
  const { version, quota, kind, subject, measure, withdrawn, reason, percent } = override;
  return {
    override_id: override.overrideId,
    ...{ version, quota, kind, subject, measure, withdrawn, reason, percent },
    amount: override.amount.toString(),
    valid_from: formatInstant(override.from),
    valid_until: formatInstant(override.until),
    partner_id: override.partnerId,
    recorded_at: formatInstant(override.recordedAt),
    recorded_by: override.recordedBy,
  };
}
