import { type EpochMs, formatInstant } from '#calendar';
import {
  formatQuotaAmount,
  type QuotaDefinition,
  type QuotaSubject,
  type QuotaVersion,
  type QuotaWindowSpec,
} from '../domain/index.js';

/** The columns of a table of quotas, as the CSV header spells them. */
export const QUOTA_COLUMNS = {
  required: ['quota', 'level', 'measure', 'window', 'limit', 'action'],
  optional: [
    ...['subject', 'team', 'tag_key', 'provider', 'model', 'pool', 'tier', 'environment', 'status'],
    ...['time_zone', 'week_start', 'anchor_day', 'length_ms', 'window_from', 'window_until'],
    ...['fallback', 'tier_percents', 'rollover_cap', 'actual_thresholds', 'forecast_thresholds', 'anomalies'],
    ...['draft', 'valid_from', 'withdrawn', 'reason'],
  ],
} as const;

/** In the order of an export, which says no reasons: a file that is read again has its own. */
export const EXPORTED_COLUMNS: readonly string[] = [
  ...['quota', 'level', 'subject', 'team', 'tag_key', 'provider', 'model', 'pool', 'tier', 'environment', 'status'],
  ...[
    'measure',
    'window',
    'time_zone',
    'week_start',
    'anchor_day',
    'length_ms',
    'window_from',
    'window_until',
    'limit',
  ],
  ...['action', 'fallback', 'tier_percents', 'rollover_cap', 'actual_thresholds', 'forecast_thresholds', 'anomalies'],
  ...['draft', 'valid_from', 'withdrawn'],
];

/** A list with nothing in it, which an empty cell is not: that one leaves it as it usually is. */
export const NOTHING = 'none';

type Cells = Readonly<Record<string, string>>;

/** A version as a row. What holds already has no `valid_from`: read again, it is so. */
export function toCells(
  version: Pick<QuotaVersion, keyof QuotaDefinition | 'name' | 'validFrom'>,
  now: EpochMs,
): Cells {
  const { name, measure, limit, rolloverCap, validFrom, filter } = version;
  const { provider, model, pool, tier, environment, status } = filter;
  const isToCome = validFrom !== null && validFrom > now;
  return withoutNulls({
    quota: name,
    ...subjectCells(version.subject),
    ...{ provider, model, pool, tier, environment, status },
    measure,
    ...windowCells(version.window),
    limit: formatQuotaAmount(measure, limit),
    action: version.action,
    fallback: version.fallback,
    tier_percents: listCell(
      Object.entries(version.tierPercents)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([named, percent]) => `${named}=${percent}`),
    ),
    rollover_cap: rolloverCap === null ? null : formatQuotaAmount(measure, rolloverCap),
    actual_thresholds: listCell(version.actualThresholds),
    forecast_thresholds: listCell(version.forecastThresholds),
    anomalies: String(version.anomalies),
    draft: String(validFrom === null),
    valid_from: isToCome ? formatInstant(validFrom) : null,
    withdrawn: 'false',
  });
}

function subjectCells({ level, name, team, tagKey }: QuotaSubject) {
  return { level, subject: name, team, tag_key: tagKey };
}

function windowCells(window: QuotaWindowSpec): Record<string, string> {
  switch (window.kind) {
    case 'now':
      return { window: window.kind };
    case 'rolling':
      return { window: window.kind, length_ms: String(window.lengthMs) };
    case 'total':
      return {
        window: window.kind,
        window_from: formatInstant(window.from),
        window_until: formatInstant(window.until),
      };
    case 'calendar': {
      const { unit, timeZone, weekStart, anchorDay } = window;
      return { window: unit, time_zone: timeZone, week_start: String(weekStart), anchor_day: String(anchorDay) };
    }
  }
}

function listCell(items: readonly (string | number)[]): string {
  return items.length === 0 ? NOTHING : items.join(' ');
}

function withoutNulls(cells: Readonly<Record<string, string | null>>): Cells {
  return Object.fromEntries(Object.entries(cells).filter((cell): cell is [string, string] => cell[1] !== null));
}

const COLUMNS_BY_FIELD: Readonly<Record<string, string>> = {
  'subject/level': 'level',
  'subject/name': 'subject',
  'subject/team': 'team',
  'subject/tagKey': 'tag_key',
  'window/kind': 'window',
  'window/unit': 'window',
  'window/timeZone': 'time_zone',
  'window/weekStart': 'week_start',
  'window/anchorDay': 'anchor_day',
  'window/lengthMs': 'length_ms',
  'window/from': 'window_from',
  'window/until': 'window_until',
  tierPercents: 'tier_percents',
  rolloverCap: 'rollover_cap',
  actualThresholds: 'actual_thresholds',
  forecastThresholds: 'forecast_thresholds',
};

/** Where a table says what a definition has in a field. */
export function columnOf(field: string): string {
  return COLUMNS_BY_FIELD[field] ?? field;
}
