import type { Command } from 'commander';
import { formatInstant } from '#calendar';
import { type PriceRuleWire, priceRuleWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { addImportCommand } from './import-command.js';

const COLUMNS: readonly Column[] = [
  { title: 'ID', align: 'right' },
  { title: 'KIND' },
  { title: 'PROVIDER' },
  { title: 'MODEL' },
  { title: 'TIER' },
  { title: 'TEAM' },
  { title: 'COST CENTRE' },
  { title: 'VALUE', align: 'right' },
  { title: 'IN' },
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'STATE' },
];

interface ListOptions {
  readonly kind?: string;
  readonly at?: string;
  readonly all?: true;
  readonly json?: true;
}

export function addPriceRulesCommands(program: Command, connect: Connect): void {
  const rules = program
    .command('price-rules')
    .description('tier multipliers, discounts, markups and minimum commitments on what providers bill');

  addImportCommand(rules, connect, { rows: 'rules', path: '/v1/price-rules' });

  rules
    .command('withdraw')
    .description('take out a rule that should never have been told')
    .argument('<id>', 'of its version, as `price-rules list` tells')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `/v1/price-rules/${encodeURIComponent(id)}/withdrawal`;
      const { kind, value, from } = await client.request('POST', path, priceRuleWire);
      terminal.out(`${kind} ${value} from ${from} is withdrawn\n`);
    });

  rules
    .command('list')
    .description('list the rules in force')
    .option('--kind <kind>', 'tier_multiplier, discount, markup or minimum')
    .option('--at <instant>', 'in force at this instant (default: now)')
    .option('--all', 'all versions, superseded ones too')
    .option('--json', 'print JSON')
    .action(async ({ kind, at, all, json }: ListOptions, command: Command) => {
      const { client, clock, terminal } = connect(command);
      const query = { kind, ...(all ? {} : { at: at ?? formatInstant(clock.now()) }) };
      const found = await listAll(client, '/v1/price-rules', priceRuleWire, query);
      if (json) return printJson(terminal, found);
      if (found.length === 0) terminal.note('there is no such price rule');
      else terminal.out(renderTable(COLUMNS, found.map(rowOf)));
    });
}

/** What a value counts, beside it: a percentage and an amount look alike. */
function unitOf({ kind, currency }: PriceRuleWire): string {
  if (kind === 'tier_multiplier') return 'x';
  return currency ?? '%';
}

function rowOf(rule: PriceRuleWire): Cell[] {
  const { priceRuleId, kind, provider, model, serviceTier, team, costCenter, value, from, to, state } = rule;
  return [priceRuleId, kind, provider, model, serviceTier, team, costCenter, value, unitOf(rule), from, to, state];
}
