import type { Command } from 'commander';
import {
  type ImportedInvoicesWire,
  type InvoiceMatchWire,
  importedInvoices,
  invoiceMatchWire,
  invoiceWire,
  type ReconciliationPolicyWire,
  reconciliationPolicyWire,
} from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { billingMonth } from '../parse/billing-month.js';
import { streamWhole } from '../read-file.js';
import { counted, printable, renderTable } from '../render/table.js';
import { printJson, type Terminal } from '../terminal.js';

const left = (title: string) => ({ title });
const right = (title: string) => ({ title, align: 'right' as const });
const JSON_OUT = ['--json', 'print JSON'] as const;
const FROM = ['--from <month>', 'from this month on', billingMonth] as const;

interface ImportOptions {
  readonly format: string;
  readonly provider?: string;
  readonly invoice?: string;
  readonly period?: string;
  readonly credits?: string;
  readonly timeZone: string;
}

interface MatchOptions {
  readonly provider: string;
  readonly subAccount?: string;
  readonly sku?: string;
  readonly resource?: string;
  readonly tag?: string;
  readonly toPool?: string;
  readonly toProvider?: string;
  readonly toModel?: string;
  readonly toPlatform?: true;
  readonly toNone?: true;
  readonly from?: string;
}

interface PolicyOptions {
  readonly pool?: string;
  readonly provider?: string;
  readonly policy: string;
  readonly sharedPool?: string;
  readonly tolerance?: string;
  readonly tolerancePercent?: string;
  readonly from?: string;
}

/** `invoices`: what vendors billed, whose it is, and what is agreed of differences. */
export function addInvoicesCommands(program: Command, connect: Connect): void {
  const invoices = program.command('invoices').description('invoices, credit notes, and whose their lines are');
  addImportCommand(invoices, connect);
  addListCommand(invoices, connect);
  addWithdrawCommand(invoices, connect);
  addMatchCommands(invoices, connect);
  addPolicyCommands(invoices, connect);
}

function addImportCommand(invoices: Command, connect: Connect): void {
  invoices
    .command('import')
    .description('take over invoices from a CSV or FOCUS file: all of it or nothing; what is known changes nothing')
    .argument('<file>', 'see docs/formats.md for its columns')
    .option('--format <format>', 'csv, focus (by BilledCost) or focus_effective (by EffectiveCost)', 'csv')
    .option('--provider <provider>', 'of rows that name none')
    .option('--invoice <number>', 'of rows that name none (default: their month)')
    .option('--period <month>', 'of rows that name none', billingMonth)
    .option('--credits <number>', 'the invoice that the file takes back from: it is a credit note')
    .option('--time-zone <zone>', 'of times without one', 'UTC')
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const { invoice: invoiceNumber, ...query } = options;
      const imported = await client.request('POST', '/v1/invoices', importedInvoices, {
        body: await streamWhole(file),
        headers: { 'content-type': 'text/csv' },
        query: { ...query, invoiceNumber },
      });
      describeImported(imported, options.timeZone, terminal);
    });
}

function describeImported(imported: ImportedInvoicesWire, timeZone: string, terminal: Terminal): void {
  const { created, corrected, unchanged, rows, rowsWithoutZone, ignoredColumns, warnings } = imported;
  if (ignoredColumns.length > 0) terminal.note(printable(`not read: ${ignoredColumns.join(', ')}`));
  if (rowsWithoutZone > 0) terminal.note(`${counted(rowsWithoutZone, 'row')} without a time zone taken as ${timeZone}`);
  for (const { detail } of warnings) terminal.note(printable(`warning: ${detail}`));
  terminal.out(`${created} created, ${corrected} corrected, ${unchanged} already known, of ${counted(rows, 'row')}\n`);
}

function addListCommand(invoices: Command, connect: Connect): void {
  invoices
    .command('list')
    .description('list invoices and credit notes, each in its current version')
    .option('--provider <provider>', 'of one provider only')
    .option('--period <month>', 'for one month only', billingMonth)
    .option(...JSON_OUT)
    .action(async (options: { provider?: string; period?: string; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const { json, ...query } = options;
      const all = await listAll(client, '/v1/invoices', invoiceWire, query);
      if (json) return printJson(terminal, all);
      const columns = [
        ...['PROVIDER', 'NUMBER', 'KIND', 'MONTH'].map(left),
        ...['LINES', 'AMOUNT', 'TAX'].map(right),
        ...['', 'VERSION', 'STATE', 'ID'].map(left),
      ];
      const rows = all.map((one) => [
        ...[one.provider, one.invoiceNumber, one.kind.replace('_', ' '), one.billingPeriod],
        ...[one.lines, one.amount, one.tax, one.currency, one.version],
        ...[one.withdrawn ? 'withdrawn' : 'current', one.invoiceId],
      ]);
      terminal.out(renderTable(columns, rows));
    });
}

function addWithdrawCommand(invoices: Command, connect: Connect): void {
  invoices
    .command('withdraw')
    .description('withdraw an invoice: from now on it counts for nothing')
    .argument('<id>', 'that `invoices list` tells')
    .requiredOption('--reason <text>', 'why; kept with it')
    .action(async (id: string, body: { reason: string }, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `/v1/invoices/${encodeURIComponent(id)}/withdrawal`;
      const { provider, invoiceNumber } = await client.request('POST', path, invoiceWire, { body });
      terminal.out(printable(`invoice ${invoiceNumber} of ${provider} is withdrawn`) + '\n');
    });
}

function addMatchCommands(invoices: Command, connect: Connect): void {
  invoices
    .command('match')
    .description('say whose the invoice lines are that these patterns take in; * stands for anything')
    .requiredOption('--provider <provider>', 'who sent the invoice')
    .option('--sub-account <pattern>', 'of this account of the provider')
    .option('--sku <pattern>', 'of this SKU')
    .option('--resource <pattern>', 'of this resource')
    .option('--tag <key=value>', 'with this tag')
    .option('--to-pool <pool>', "they are this pool's")
    .option('--to-provider <provider>', "they are this provider's")
    .option('--to-model <model>', 'and this model of it')
    .option('--to-platform', "they are the platform's own, charged to nobody")
    .option('--to-none', 'the rule shall hold no more')
    .option(...FROM)
    .action(async (options: MatchOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const { provider, subAccount = null, sku = null, resource = null, tag = null, from } = options;
      const body = { provider, subAccount, sku, resource, tag, target: targetOf(options), ...fromPeriod(from) };
      const match = await client.request('POST', '/v1/invoice-matches', invoiceMatchWire, { body });
      terminal.out(`version ${match.version}: ${printable(describeTarget(match))}, ${since(match.fromPeriod)}\n`);
    });

  invoices
    .command('matches')
    .description('list all versions of these rules')
    .option(...JSON_OUT)
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/invoice-matches', invoiceMatchWire);
      if (json) return printJson(terminal, all);
      const columns = ['PROVIDER', 'SUB-ACCOUNT', 'SKU', 'RESOURCE', 'TAG', 'WHOSE', 'FROM', 'VERSION'].map(left);
      const rows = all.map((match) => [
        ...[match.provider, match.subAccount, match.sku, match.resource, match.tag],
        ...[describeTarget(match), match.fromPeriod, match.version],
      ]);
      terminal.out(renderTable(columns, rows));
    });
}

function targetOf({ toPool, toProvider, toModel, toPlatform, toNone }: MatchOptions) {
  const targets = [
    toPool === undefined ? [] : [{ to: 'pool', pool: toPool }],
    toProvider === undefined ? [] : [{ to: 'provider', provider: toProvider, model: toModel ?? null }],
    toPlatform ? [{ to: 'platform' }] : [],
    toNone ? [{ to: 'none' }] : [],
  ].flat();
  const [target] = targets;
  if (!target || targets.length > 1)
    throw usageError('say whose they are: one of --to-pool, --to-provider, --to-platform, --to-none');
  if (toModel !== undefined && toProvider === undefined) throw usageError('--to-model goes with --to-provider');
  return target;
}

function describeTarget({ target }: InvoiceMatchWire): string {
  if (target.to === 'pool') return `pool ${target.pool}`;
  if (target.to === 'provider') return `provider ${target.provider}${target.model === null ? '' : `, ${target.model}`}`;
  return target.to === 'platform' ? "the platform's own" : 'nobody by this rule';
}

function addPolicyCommands(invoices: Command, connect: Connect): void {
  invoices
    .command('policy')
    .description('say what happens to the difference between what a pool or provider was metered and invoiced')
    .option('--pool <pool>', 'of this pool')
    .option('--provider <provider>', 'of this provider, as the price book calls it')
    .requiredOption(
      '--policy <policy>',
      'hold: the month is not closed over it without a reason; true_up: it is charged or credited; ' +
        'shared_pool: it goes where a pool of shared cost goes',
    )
    .option('--shared-pool <pool>', 'for shared_pool: the pool whose policy says who it goes to')
    .option('--tolerance <amount>', 'a difference of no more than this is none')
    .option('--tolerance-percent <percent>', 'nor is one of no more than this of what was metered')
    .option(...FROM)
    .action(async ({ from, ...said }: PolicyOptions, command: Command) => {
      const { client, terminal } = connect(command);
      if ((said.pool === undefined) === (said.provider === undefined))
        throw usageError('say of whom: --pool or --provider');
      const body = { ...said, ...fromPeriod(from) };
      const set = await client.request('POST', '/v1/reconciliation-policies', reconciliationPolicyWire, { body });
      const party = set.pool ?? set.provider ?? '';
      terminal.out(printable(`${party}: version ${set.version}, ${spelled(set)}, ${since(set.fromPeriod)}`) + '\n');
    });

  invoices
    .command('policies')
    .description('list all versions of what is agreed of differences')
    .option(...JSON_OUT)
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/reconciliation-policies', reconciliationPolicyWire);
      if (json) return printJson(terminal, all);
      const columns = [
        ...['PARTY', 'POLICY'].map(left),
        ...['TOLERANCE', 'PERCENT'].map(right),
        left('FROM'),
        left('VERSION'),
      ];
      const rows = all.map((one) => [
        ...[one.pool === null ? `provider ${one.provider ?? ''}` : `pool ${one.pool}`, spelled(one)],
        ...[one.tolerance, one.tolerancePercent, one.fromPeriod, one.version],
      ]);
      terminal.out(renderTable(columns, rows));
    });
}

function spelled({ policy, sharedPool }: ReconciliationPolicyWire): string {
  return sharedPool === null ? policy : `${policy} ${sharedPool}`;
}

function fromPeriod(from: string | undefined) {
  return from === undefined ? {} : { fromPeriod: from };
}

function since(from: string | null): string {
  return from === null ? 'from the beginning' : `from ${from} on`;
}
