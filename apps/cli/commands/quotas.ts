import type { Command } from 'commander';
import { formatInstant } from '#calendar';
import { type QuotaVersionWire, quotaDiffWire, quotaVersionWire, quotaWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { readWhole } from '../read-file.js';
import { filterText, renderQuotas, subjectText, windowText } from '../render/quota.js';
import { renderQuotaDiff } from '../render/quota-diff.js';
import { type Cell, grouped, left, printable, renderTable, right } from '../render/table.js';
import { printJson } from '../terminal.js';
import { addQuotaDryRunCommand } from './quotas-dry-run.js';
import { addQuotaOverrideCommands } from './quotas-overrides.js';
import { addQuotaSetCommand } from './quotas-set.js';

const VERSION_COLUMNS = [
  ...[right('VERSION'), ...['FROM', 'OF', 'WINDOW'].map(left), right('LIMIT')],
  ...['ACTION', 'REASON', 'AT', 'BY'].map(left),
];

export function addQuotasCommands(program: Command, connect: Connect): void {
  const quotas = program.command('quotas').description('limits of what teams, projects, keys, users and tags may use');
  addReading(quotas, connect);
  addQuotaSetCommand(quotas, connect);
  addWithdrawal(quotas, connect);
  addTable(quotas, connect);
  addQuotaDryRunCommand(quotas, connect);
  addQuotaOverrideCommands(quotas, connect);
}

function addReading(quotas: Command, connect: Connect): void {
  quotas
    .command('list')
    .description('list the quotas, drafts and those to come too')
    .option('--at <instant>', 'only those in force then')
    .option('--json', 'print JSON')
    .action(async ({ at, json }: { at?: string; json?: true }, command: Command) => {
      const { client, clock, terminal } = connect(command);
      const found = await listAll(client, '/v1/quotas', quotaWire, { at });
      if (json) return printJson(terminal, found);
      if (found.length === 0) return terminal.note('there is no quota');
      terminal.out(renderQuotas(found, at ?? formatInstant(clock.now())));
    });

  quotas
    .command('get')
    .description('show the latest version of a quota')
    .argument('<quota>', 'its name')
    .option('--json', 'print JSON')
    .action(async (name: string, { json }: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const quota = await client.get(pathOf(name), quotaWire);
      if (json) return printJson(terminal, quota);
      terminal.out(renderTable([left('FIELD'), left('VALUE')], fieldsOf(quota)));
    });

  quotas
    .command('history')
    .description('list all that was ever said of a quota')
    .argument('<quota>', 'its name')
    .option('--json', 'print JSON')
    .action(async (name: string, { json }: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const versions = await listAll(client, `${pathOf(name)}/versions`, quotaVersionWire);
      if (json) return printJson(terminal, versions);
      terminal.out(renderTable(VERSION_COLUMNS, versions.map(versionRow)));
    });
}

function addWithdrawal(quotas: Command, connect: Connect): void {
  quotas
    .command('withdraw')
    .description('end a quota and its overrides from now on')
    .argument('<quota>', 'its name')
    .requiredOption('--reason <text>', 'why')
    .action(async (name: string, { reason }: { reason: string }, command: Command) => {
      const { client, terminal } = connect(command);
      const { version } = await client.get(pathOf(name), quotaWire);
      const headers = { 'if-match': `"${version}"` };
      await client.open('DELETE', pathOf(name), { query: { reason }, headers });
      terminal.out(printable(`quota ${name} is withdrawn`).concat('\n'));
    });
}

function addTable(quotas: Command, connect: Connect): void {
  quotas
    .command('import')
    .description('take over quotas from a CSV file: all of it or nothing; what it does not name stays')
    .argument('<file>', 'see docs/formats.md for its columns')
    .option('--reason <text>', 'why, for rows that do not say')
    .option('--dry-run', 'tell what would change, and change nothing')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { reason?: string; dryRun?: true; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const query = { reason: options.reason, dryRun: options.dryRun ? 'true' : undefined };
      const sent = { body: await readWhole(file), headers: { 'content-type': 'text/csv' }, query };
      const diff = await client.request('POST', '/v1/quotas', quotaDiffWire, sent);
      if (options.json) return printJson(terminal, diff);
      terminal.out(renderQuotaDiff(diff));
    });

  quotas
    .command('export')
    .description('print the latest version of each quota as CSV, as import takes it')
    .action(async (_options: unknown, command: Command) => {
      const { client, terminal } = connect(command);
      terminal.out(await (await client.open('GET', '/v1/quotas.csv')).text());
    });
}

function pathOf(name: string): string {
  return `/v1/quotas/${encodeURIComponent(name)}`;
}

function fieldsOf(quota: QuotaVersionWire & { readonly inForceVersion: number | null }): Cell[][] {
  const tiers = Object.entries(quota.tierPercents).map(([tier, percent]) => `${tier}=${percent}%`);
  const percents = (list: readonly number[]) => (list.length === 0 ? 'none' : list.map((each) => `${each}%`).join(' '));
  return [
    ['quota', quota.quota],
    ['of', subjectText(quota)],
    ['counts', `${quota.measure}, ${filterText(quota)}`],
    ['window', windowText(quota.window)],
    ['limit', grouped(quota.limit)],
    ['action', quota.action],
    ['fallback', quota.fallback],
    ['tiers', tiers.join(' ')],
    ['rollover cap', quota.rolloverCap === null ? null : grouped(quota.rolloverCap)],
    ['alerts at', `${percents(quota.actualThresholds)}, forecast ${percents(quota.forecastThresholds)}`],
    ['anomalies', quota.anomalies ? 'told' : 'not told'],
    ['version', `${quota.version}, ${quota.draft ? 'a draft' : `from ${quota.validFrom ?? ''}`}`],
    ['in force', quota.inForceVersion === null ? 'none' : `version ${quota.inForceVersion}`],
    ['reason', quota.reason],
    ['said', `${quota.recordedAt} by ${quota.recordedBy ?? 'apportion'}`],
  ];
}

function versionRow(version: QuotaVersionWire): Cell[] {
  const from = version.withdrawn ? 'withdrawn' : version.draft ? 'draft' : version.validFrom;
  const { limit, action, reason, recordedAt, recordedBy } = version;
  const shown = [subjectText(version), windowText(version.window), grouped(limit), action];
  return [version.version, from, ...shown, reason, recordedAt, recordedBy];
}
