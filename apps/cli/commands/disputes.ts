import { type Command, Option } from 'commander';
import { acknowledgementWire, type DisputeWire, disputeWire } from '#contract';
import { RESOLUTIONS } from '#statement/domain';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { billingMonth } from '../parse/billing-month.js';
import { lineIdOf, lineName } from '../parse/line-name.js';
import { wholeNumber } from '../parse/whole-number.js';
import { type Cell, grouped, left, printable, renderTable, right } from '../render/table.js';
import { printJson } from '../terminal.js';

const LINE = ['<line>', 'its id, or the digits that `bill` shows, with --period', lineName] as const;
const MONTH = ['--period <month>', 'the month, where the line is named by its digits alone', billingMonth] as const;
const JSON_OUT = ['--json', 'print JSON'] as const;

interface SayOptions {
  readonly period?: string;
  readonly comment: string;
  readonly json?: true;
}

interface ListOptions {
  readonly period?: string;
  readonly team?: string;
  readonly state?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `acknowledge` and `disputes`: what people say of the lines of statements. */
export function addDisputesCommands(program: Command, connect: Connect): void {
  addAcknowledgeCommand(program, connect);
  const disputes = program.command('disputes').description('lines of statements that somebody has something against');
  addOpenCommand(disputes, connect);
  addAnswerCommand(disputes, connect);
  addListCommand(disputes, connect);
}

function addAcknowledgeCommand(program: Command, connect: Connect): void {
  program
    .command('acknowledge')
    .description('say that a line of a statement was looked at and is right')
    .argument(...LINE)
    .option(...MONTH)
    .option('--comment <text>', 'kept with it')
    .option(...JSON_OUT)
    .action(async (line: string, options: Partial<SayOptions>, command: Command) => {
      const { client, terminal } = connect(command);
      const { period, comment, json } = options;
      const path = `/v1/charges/${lineIdOf(line, period)}/acknowledgements`;
      const body = comment === undefined ? {} : { comment };
      const said = await client.request('POST', path, acknowledgementWire, { body });
      if (json) return printJson(terminal, said);
      terminal.out(printable(`${said.lineId} of ${said.team} is acknowledged: ${amountOf(said)}`) + '\n');
    });
}

function addOpenCommand(disputes: Command, connect: Connect): void {
  disputes
    .command('open')
    .description('say that a line of a statement is wrong; it holds the close until it is answered')
    .argument(...LINE)
    .option(...MONTH)
    .requiredOption('--comment <text>', 'what is wrong with it; kept with the dispute')
    .option(...JSON_OUT)
    .action(async (line: string, { period, comment, json }: SayOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `/v1/charges/${lineIdOf(line, period)}/disputes`;
      const opened = await client.request('POST', path, disputeWire, { body: { comment } });
      if (json) return printJson(terminal, opened);
      const { disputeId, lineId, team } = opened;
      terminal.out(printable(`dispute ${disputeId} of ${lineId} of ${team} is open: ${amountOf(opened)}`) + '\n');
    });
}

function addAnswerCommand(disputes: Command, connect: Connect): void {
  disputes
    .command('answer')
    .description('answer a dispute, once')
    .argument('<dispute>', 'its number, which `disputes list` tells')
    .addOption(new Option('--resolution <what>', 'what comes of it').choices(RESOLUTIONS).makeOptionMandatory())
    .requiredOption('--comment <text>', 'kept with it')
    .option(...JSON_OUT)
    .action(async (dispute: string, said: SayOptions & { resolution: string }, command: Command) => {
      const { client, terminal } = connect(command);
      const { resolution, comment, json } = said;
      const path = `/v1/disputes/${encodeURIComponent(dispute)}/answers`;
      const answered = await client.request('POST', path, disputeWire, { body: { comment, resolution } });
      if (json) return printJson(terminal, answered);
      terminal.out(`dispute ${answered.disputeId} is answered: ${resolution}\n`);
    });
}

function addListCommand(disputes: Command, connect: Connect): void {
  disputes
    .command('list')
    .description('list disputes, in the order in which they were opened')
    .option('--period <month>', 'only of lines on the statements of this month', billingMonth)
    .option('--team <team>', 'only of lines of this team')
    .addOption(new Option('--state <state>', 'only those').choices(['open', 'answered']))
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000_000), 100)
    .option(...JSON_OUT)
    .action(async ({ limit, json, ...query }: ListOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const { period, team, state } = query;
      const listed = await listAll(client, '/v1/disputes', disputeWire, { period, team, state }, limit);
      if (json) return printJson(terminal, listed);
      if (listed.length === 0) return terminal.note('there is no such dispute');
      terminal.out(renderTable(COLUMNS, listed.map(rowOf)));
    });
}

const COLUMNS = [
  right('NO'),
  ...['LINE', 'TEAM'].map(left),
  right('BILLED'),
  ...['', 'OPENED', 'BY', 'COMMENT', 'ANSWER', 'BY', 'COMMENT'].map(left),
];

function rowOf({ disputeId, lineId, team, shown, openedAt, openedBy, comment, answer }: DisputeWire): Cell[] {
  const billed = shown.billed === null ? null : grouped(shown.billed);
  const opened = [openedAt, openedBy, comment];
  const { resolution, answeredBy, comment: answered } = answer ?? {};
  return [disputeId, lineId, team, billed, shown.currency, ...opened, resolution ?? 'open', answeredBy, answered];
}

function amountOf({ shown }: Pick<DisputeWire, 'shown'>): string {
  return shown.billed === null ? 'cost not known' : `${grouped(shown.billed)} ${shown.currency}`;
}
