import type { QuotaDiffWire } from '#contract';
import { type Cell, left, renderTable } from './table.js';

const COLUMNS = ['CHANGE', 'QUOTA', 'FIELD', 'BEFORE', 'AFTER'].map(left);

/** A row for each field that a table of quotas changes, and how many quotas it is about. */
export function renderQuotaDiff({ added, changed, withdrawn, unchanged, dryRun }: QuotaDiffWire): string {
  const rows: Cell[][] = [
    ...added.flatMap((change) => fieldRows('added', change)),
    ...changed.flatMap((change) => fieldRows('changed', change)),
    ...withdrawn.map((quota) => ['withdrawn', quota]),
  ];
  const counts = `${added.length} added, ${changed.length} changed, ${withdrawn.length} withdrawn, ${unchanged.length} unchanged`;
  const told = `${counts}${dryRun ? '; a dry run, nothing was changed' : ''}\n`;
  return rows.length === 0 ? told : `${renderTable(COLUMNS, rows)}${told}`;
}

function fieldRows(change: string, { quota, fields }: QuotaDiffWire['changed'][number]): Cell[][] {
  if (fields.length === 0) return [[change, quota]];
  return fields.map(({ field, before, after }) => [change, quota, field, before, after]);
}
