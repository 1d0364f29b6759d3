import type { RowReader } from '#outcome';
import { QUOTA_WINDOW_UNITS, type QuotaWindowSpec } from '../domain/index.js';

const COLUMNS = ['time_zone', 'week_start', 'anchor_day', 'length_ms', 'window_from', 'window_until'] as const;

/** The columns that a kind of window has a use for. */
const USED: Readonly<Record<QuotaWindowSpec['kind'], readonly string[]>> = {
  calendar: ['time_zone', 'week_start', 'anchor_day'],
  rolling: ['length_ms'],
  total: ['window_from', 'window_until'],
  now: [],
};

/** `window` is a unit of the calendar, `rolling`, `total` or `now`. */
export function readQuotaWindow(reader: RowReader): QuotaWindowSpec | undefined {
  const text = reader.text('window')?.toLowerCase();
  if (text === undefined) return undefined;
  const unit = QUOTA_WINDOW_UNITS.find((known) => known === text);
  const kind = unit === undefined ? (['rolling', 'total', 'now'] as const).find((known) => known === text) : 'calendar';
  if (kind === undefined) {
    const known = [...QUOTA_WINDOW_UNITS, 'rolling', 'total', 'now'].join(', ');
    return reader.refuse('window', 'unknown_window', `${JSON.stringify(text)} is none of ${known}`);
  }
  const idle = COLUMNS.filter((column) => !USED[kind].includes(column) && reader.optionalText(column) !== null);
  for (const column of idle)
    reader.refuse(column, 'column_of_another_window', `has no meaning for the window ${text} and must be empty`);
  const window = kind === 'calendar' ? unit && calendarOf(reader, unit) : otherOf(reader, kind);
  return idle.length === 0 ? window : undefined;
}

type Calendar = Extract<QuotaWindowSpec, { kind: 'calendar' }>;

function calendarOf(reader: RowReader, unit: Calendar['unit']): Calendar | undefined {
  const timeZone = reader.text('time_zone');
  const weekStart = readNumber(reader, 'week_start', 1);
  const anchorDay = readNumber(reader, 'anchor_day', 1);
  if (timeZone === undefined || weekStart === undefined || anchorDay === undefined) return undefined;
  return { kind: 'calendar', unit, timeZone, weekStart, anchorDay };
}

function otherOf(reader: RowReader, kind: Exclude<QuotaWindowSpec['kind'], 'calendar'>): QuotaWindowSpec | undefined {
  switch (kind) {
    case 'now':
      return { kind };
    case 'rolling': {
      const lengthMs = readNumber(reader, 'length_ms', undefined);
      return lengthMs === undefined ? undefined : { kind, lengthMs };
    }
    case 'total': {
      const from = reader.instant('window_from');
      const until = reader.instant('window_until');
      return from === undefined || until === undefined ? undefined : { kind, from, until };
    }
  }
}

function readNumber(reader: RowReader, column: string, usual: number | undefined): number | undefined {
  if (usual !== undefined && reader.optionalText(column) === null) return usual;
  const text = reader.text(column);
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : reader.refuse(column, 'bad_number', 'must be a whole number');
}
