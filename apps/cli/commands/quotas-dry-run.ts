import type { Command } from 'commander';
import { type QuotaDryRunWire, quotaDryRunWire, quotaWire } from '#contract';
import type { Connect } from '../connection.js';
import { wholeNumber } from '../parse/whole-number.js';
import { type Cell, counted, left, renderTable, right } from '../render/table.js';
import { printJson } from '../terminal.js';

interface DryRunOptions {
  readonly limit?: string;
  readonly days: number;
  readonly json?: true;
}

const DAYS_MAX = 92;
const COLUMNS = [
  left('SUBJECT'),
  left('WINDOW FROM'),
  ...['LIMIT', 'USED', 'REQUESTS', 'BEYOND', 'USED BEYOND'].map(right),
  left('FIRST BEYOND'),
];

export function addQuotaDryRunCommand(quotas: Command, connect: Connect): void {
  quotas
    .command('dry-run')
    .description('replay what was used against a quota, a draft too, and tell who would have passed its limit when')
    .argument('<quota>', 'its name')
    .option('--limit <amount>', 'with another limit')
    .option('--days <count>', 'how far back', wholeNumber(1, DAYS_MAX), 30)
    .option('--json', 'print JSON')
    .action(async (name: string, { limit, days, json }: DryRunOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const known = await client.get(`/v1/quotas/${encodeURIComponent(name)}`, quotaWire);
      const { subject, filter, measure, window, action, tierPercents } = known;
      const definition = { subject, filter, measure, window, action, tierPercents, limit: limit ?? known.limit };
      const body = { definition, days };
      const run = await client.request('POST', '/v1/quota-dry-runs', quotaDryRunWire, { body });
      if (json) return printJson(terminal, run);
      if (run.beyond.length > 0) terminal.out(renderTable(COLUMNS, run.beyond.map(rowOf)));
      const windows = `${counted(run.events, 'event')} since ${run.from}, ${counted(run.windows, 'window')}`;
      const beyond = counted(run.beyond.length + run.moreBeyond, 'window');
      terminal.out(`${windows} of ${counted(run.subjects, 'subject')}: ${beyond} beyond the limit\n`);
    });
}

function rowOf(window: QuotaDryRunWire['beyond'][number]): Cell[] {
  const { subject, windowStart, limit, used, requests, beyondRequests, beyondAmount, firstBeyondAt } = window;
  return [subject, windowStart, limit, used, requests, beyondRequests, beyondAmount, firstBeyondAt];
}
