import type { Command } from 'commander';
import { type MappingRuleWire, mappingPreviewWire, mappingRuleWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { readWhole } from '../read-file.js';
import { type Cell, grouped, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { addImportCommand } from './import-command.js';

const COLUMNS = ['ID', 'MATCH', 'PATTERN', 'FROM', 'TO', 'TEAM', 'PROJECT', 'COST CENTRE', 'STATE', 'BY', 'REASON'];
const MOVES = [
  ...['TEAM', 'COST CENTRE', 'PROJECT'].map((title) => ({ title })),
  ...['REQUESTS', 'EFFECTIVE', 'BILLED'].map((title) => ({ title, align: 'right' as const })),
];
const CSV = { 'content-type': 'text/csv' };

export function addMappingsCommands(program: Command, connect: Connect): void {
  const mappings = program.command('mappings').description('rules that say whose usage it is that names no known team');

  addImportCommand(mappings, connect, { rows: 'rules', path: '/v1/mapping-rules' });

  mappings
    .command('preview')
    .description('tell what of a month the rules of a CSV file would move, and change nothing')
    .argument('<file>', 'as for import')
    .requiredOption('--period <month>', 'such as 2023-11')
    .option('--json', 'print JSON')
    .action(async (file: string, { period, json }: { period: string; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const body = await readWhole(file);
      const options = { query: { period }, body, headers: CSV };
      const preview = await client.request('POST', '/v1/mapping-rules/previews', mappingPreviewWire, options);
      if (json) return printJson(terminal, preview);
      if (preview.moves.length === 0) return terminal.note(`nothing of ${preview.period} would move`);
      const rows = preview.moves.map(({ team, known, costCenter, project, requests, effective, billed }): Cell[] => [
        known ? team : `${team} (unknown)`,
        costCenter,
        project,
        grouped(requests),
        grouped(effective),
        grouped(billed),
      ]);
      terminal.out(renderTable(MOVES, rows));
    });

  mappings
    .command('withdraw')
    .description('let a rule count for nothing')
    .argument('<id>', 'of its current version, which `mappings list` tells')
    .requiredOption('--reason <text>', 'why; kept with the rule')
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `/v1/mapping-rules/${encodeURIComponent(id)}/withdrawal`;
      const rule = await client.request('POST', path, mappingRuleWire, { body: { reason } });
      terminal.out(`${lookedAt(rule)} ${rule.pattern} from ${rule.from} is withdrawn\n`);
    });

  mappings
    .command('list')
    .description('list the rules that count, or with --all every version: who, when and why')
    .option('--all', 'superseded and withdrawn versions too')
    .option('--json', 'print JSON')
    .action(async ({ all, json }: { all?: true; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const versions = await listAll(client, '/v1/mapping-rules', mappingRuleWire);
      const rules = all ? versions : versions.filter(({ state }) => state === 'current');
      if (json) return printJson(terminal, rules);
      const columns = COLUMNS.map((title) => ({ title }));
      terminal.out(renderTable(columns, rules.map(rowOf)));
    });
}

function rowOf(rule: MappingRuleWire): Cell[] {
  const { mappingRuleId, pattern, from, to, team, project, costCenter, state, override, recordedBy, reason } = rule;
  const how = override ? `${state}, overrides` : state;
  return [mappingRuleId, lookedAt(rule), pattern, from, to, team, project, costCenter, how, recordedBy, reason];
}

function lookedAt({ match, tagKey }: MappingRuleWire): string {
  return tagKey === null ? match : `${match} ${tagKey}`;
}
