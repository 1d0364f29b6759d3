import type { Command } from 'commander';
import { type QuotaOverrideWire, quotaOverrideWire, transferWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { wholeNumber } from '../parse/whole-number.js';
import { type Cell, grouped, left, printable, renderTable, right } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = [...[right('ID'), ...['KIND', 'OF', 'CHANGE', 'FROM', 'UNTIL', 'REASON', 'STATE'].map(left)]];
const WINDOWS_MAX = 400;

interface SpanOptions {
  readonly windows?: number;
  readonly from?: string;
  readonly until?: string;
  readonly reason: string;
}

interface OverrideOptions extends SpanOptions {
  readonly subject?: string;
  readonly team?: string;
  readonly amount?: string;
  readonly percent?: string;
  readonly grant?: true;
}

interface TransferOptions extends SpanOptions {
  readonly toQuota?: string;
  readonly fromTeam: string;
  readonly toTeam: string;
  readonly amount: string;
}

export function addQuotaOverrideCommands(quotas: Command, connect: Connect): void {
  addOverride(quotas, connect);
  addOverrideList(quotas, connect);
  addTransfer(quotas, connect);
}

function addOverride(quotas: Command, connect: Connect): void {
  const override = quotas
    .command('override')
    .description('raise or lower a limit for some windows')
    .argument('<quota>', 'its name')
    .option('--subject <name>', 'one of those the quota keeps apart (default: all)')
    .option('--team <team>', 'of a subject that is a project')
    .option('--amount <amount>', "by so much, in the quota's measure; may be below zero")
    .option('--percent <percent>', 'by so many per cent of the limit; may be below zero')
    .option('--grant', 'a grant, which only raises');
  addSpan(override).action(async (name: string, options: OverrideOptions, command: Command) => {
    const { subject, team, amount, percent, grant } = options;
    if (amount === undefined && percent === undefined) throw usageError('say by how much: --amount or --percent');
    const { client, terminal } = connect(command);
    const body = { kind: grant ? 'grant' : 'override', subject, team, amount, percent, ...spanOf(options) };
    const made = await client.request('POST', `${pathOf(name)}/overrides`, quotaOverrideWire, { body });
    const { overrideId, validFrom, validUntil } = made;
    const text = `override ${overrideId}: ${changeText(made)} for windows from ${validFrom} until ${validUntil}`;
    terminal.out(printable(text).concat('\n'));
  });
}

function addOverrideList(quotas: Command, connect: Connect): void {
  quotas
    .command('overrides')
    .description('list the changes of a limit, those that are over too')
    .argument('<quota>', 'its name')
    .option('--json', 'print JSON')
    .action(async (name: string, { json }: { json?: true }, command: Command) => {
      const { client, clock, terminal } = connect(command);
      const found = await listAll(client, `${pathOf(name)}/overrides`, quotaOverrideWire);
      if (json) return printJson(terminal, found);
      if (found.length === 0) return terminal.note('there is no such override');
      const rows = found.map((override) => rowOf(override, clock.now()));
      terminal.out(renderTable(COLUMNS, rows));
    });

  quotas
    .command('withdraw-override')
    .description('take back a change of a limit; of a transfer both sides')
    .argument('<quota>', 'its name')
    .argument('<id>', 'of the override, as `quotas overrides` tells')
    .requiredOption('--reason <text>', 'why')
    .action(async (name: string, id: string, { reason }: { reason: string }, command: Command) => {
      const { client, terminal } = connect(command);
      await client.open('DELETE', `${pathOf(name)}/overrides/${encodeURIComponent(id)}`, { query: { reason } });
      terminal.out(`override ${printable(id)} is withdrawn\n`);
    });
}

function addTransfer(quotas: Command, connect: Connect): void {
  const transfer = quotas
    .command('transfer')
    .description('have one team of a cost centre give some of its limit to another')
    .argument('<quota>', "the giver's")
    .requiredOption('--from-team <team>', 'who gives')
    .requiredOption('--to-team <team>', 'who is given')
    .option('--to-quota <quota>', "the receiver's (default: the same)")
    .requiredOption('--amount <amount>', "in the quotas' measure");
  addSpan(transfer).action(async (quota: string, options: TransferOptions, command: Command) => {
    const { client, terminal } = connect(command);
    const { fromTeam, toTeam, toQuota = quota, amount } = options;
    const sides = { from: { quota, team: fromTeam }, to: { quota: toQuota, team: toTeam } };
    const body = { ...sides, amount, ...spanOf(options) };
    const { given, received } = await client.request('POST', '/v1/quota-transfers', transferWire, { body });
    const ids = `overrides ${given.overrideId} and ${received.overrideId}`;
    const text = `${fromTeam} gives ${toTeam} ${grouped(received.amount)} ${given.measure} until ${given.validUntil}: ${ids}`;
    terminal.out(printable(text).concat('\n'));
  });
}

function addSpan(command: Command): Command {
  return command
    .option('--windows <count>', 'for so many windows', wholeNumber(1, WINDOWS_MAX))
    .option('--from <instant>', 'for windows that begin then or later (default: the running one is the first)')
    .option('--until <instant>', 'for windows that begin before then')
    .requiredOption('--reason <text>', 'why');
}

function spanOf({ windows, from, until, reason }: SpanOptions): Record<string, unknown> {
  if ((windows === undefined) === (until === undefined)) throw usageError('say for how long: --windows or --until');
  return { windows, validFrom: from, validUntil: until, reason };
}

function pathOf(name: string): string {
  return `/v1/quotas/${encodeURIComponent(name)}`;
}

/** `+100`, `-12.25%`, `+5% +100`. */
function changeText({ amount, percent }: QuotaOverrideWire): string {
  const signed = (text: string) => (text.startsWith('-') ? grouped(text) : `+${grouped(text)}`);
  const parts = [percent === '0' ? [] : [`${signed(percent)}%`], amount === '0' ? [] : [signed(amount)]];
  return parts.flat().join(' ');
}

function rowOf(override: QuotaOverrideWire, now: number): Cell[] {
  const { overrideId, kind, subject, validFrom, validUntil, reason, withdrawn } = override;
  const state = withdrawn ? 'withdrawn' : Date.parse(validUntil) <= now ? 'over' : 'current';
  return [overrideId, kind, subject ?? 'all', changeText(override), validFrom, validUntil, reason, state];
}
