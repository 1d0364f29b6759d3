import type { Command } from 'commander';
import { type AuditEntryWire, auditEntryWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { wholeNumber } from '../parse/whole-number.js';
import { type Cell, left, renderTable, right } from '../render/table.js';
import { printJson } from '../terminal.js';

interface AuditOptions {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly actor?: string;
  readonly limit: number;
  readonly json?: true;
}

const COLUMNS = [right('NO'), ...['AT', 'BY', 'WHAT', 'OF', 'CHANGED'].map(left)];
/** Characters of a value; JSON has all of them. */
const VALUE_MAX = 40;
/** What every version has another of. */
const OF_COURSE = new Set(['version', 'recorded_at', 'recorded_by', 'mapping_rule_id', 'price_rule_id', 'review_id']);

export function addAuditCommand(program: Command, connect: Connect): void {
  program
    .command('audit')
    .description('list who changed what, the latest first')
    .option('--from <instant>', 'only changes from then on, such as 2026-10-01T00:00:00Z')
    .option('--to <instant>', 'only changes before it')
    .option('--subject <subject>', 'of a kind, such as pool_policy, or of one: pool_policy:h100')
    .option('--actor <key>', "a machine key's id, or the whole name of who did it")
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000_000), 100)
    .option('--json', 'print JSON, with all that held before and after')
    .action(async ({ limit, json, ...rest }: AuditOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const { from, to, subject, actor } = rest;
      const entries = await listAll(client, '/v1/audit', auditEntryWire, { from, to, subject, actor }, limit);
      if (json) return printJson(terminal, entries);
      if (entries.length === 0) return terminal.note('there is no such change');
      terminal.out(renderTable(COLUMNS, entries.map(rowOf)));
    });
}

function rowOf({ auditId, at, actor, action, subject, before, after }: AuditEntryWire): Cell[] {
  return [auditId, at, actor, action, subject, before ? differences(before, after) : null];
}

/** `cost_center cc-7 > cc-8`: the fields that are another now. */
function differences(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string {
  const fields = Object.keys(after).filter((field) => !OF_COURSE.has(field));
  const changed = fields.filter((field) => shown(before[field]) !== shown(after[field]));
  return changed.map((field) => `${field} ${shown(before[field])} > ${shown(after[field])}`).join(', ');
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}
