import type { QuotaVersionWire, QuotaWire } from '#contract';
import { type Cell, grouped, left, renderTable, right } from './table.js';

const COLUMNS = [
  ...['QUOTA', 'OF', 'WHAT', 'COUNTS', 'WINDOW'].map(left),
  ...[right('LIMIT'), left('ACTION'), right('VERSION'), left('STATE')],
];

export function renderQuotas(quotas: readonly QuotaWire[], now: string): string {
  return renderTable(
    COLUMNS,
    quotas.map((quota) => rowOf(quota, stateOf(quota, now))),
  );
}

function rowOf(quota: QuotaVersionWire, state: string): Cell[] {
  const { measure, window, limit, action, version } = quota;
  const shown = [subjectText(quota), measure, filterText(quota), windowText(window), grouped(limit), action];
  return [quota.quota, ...shown, version, state];
}

/** `each team`, `team search`, `tag feature=autocomplete`. */
export function subjectText({ subject: { level, name, team, tagKey } }: Pick<QuotaVersionWire, 'subject'>): string {
  if (level === 'account') return 'account';
  const kind = tagKey === null ? level.replaceAll('_', ' ') : `tag ${tagKey}`;
  if (name === null) return `each ${kind}${team === null ? '' : ` of ${team}`}`;
  return tagKey === null ? `${kind} ${team === null ? '' : `${team}/`}${name}` : `${kind}=${name}`;
}

export function filterText({ filter }: Pick<QuotaVersionWire, 'filter'>): string {
  const narrowed = Object.entries(filter).filter(([, value]) => value !== null);
  return narrowed.length === 0 ? 'all' : narrowed.map(([field, value]) => `${field}=${value ?? ''}`).join(' ');
}

export function windowText(window: QuotaVersionWire['window']): string {
  switch (window.kind) {
    case 'now':
      return 'now';
    case 'rolling':
      return `rolling ${durationText(window.lengthMs)}`;
    case 'total':
      return `total ${window.from} to ${window.until}`;
    case 'calendar': {
      const day = window.anchorDay === 1 ? '' : ` from the ${window.anchorDay}.`;
      const first = window.unit === 'week' && window.weekStart !== 1 ? ` from day ${window.weekStart}` : '';
      return `${window.unit}${day}${first} ${window.timeZone}`;
    }
  }
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

function durationText(ms: number): string {
  const [unit, length] = UNITS.find(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}

/** Of the latest version; one that is not in force may follow one that is. */
function stateOf({ draft, validFrom, version, inForceVersion }: QuotaWire, now: string): string {
  if (version === inForceVersion) return 'in force';
  const until = inForceVersion === null ? '' : `, ${inForceVersion} in force`;
  if (draft) return `draft${until}`;
  return validFrom !== null && Date.parse(validFrom) > Date.parse(now) ? `from ${validFrom}${until}` : `over${until}`;
}
