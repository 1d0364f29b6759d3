import { type Command, InvalidArgumentError } from 'commander';
import { type ClosedWire, closedWire, closeFindings, closeWire, journalWire } from '#contract';
import { ACCEPTABLE_CHECKS } from '#statement/domain';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { CliError, EXIT } from '../exit-code.js';
import { billingMonth } from '../parse/billing-month.js';
import { wholeNumber } from '../parse/whole-number.js';
import { printable, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const MONTH = ['--period <month>', 'the month, such as 2023-11', billingMonth] as const;
const JSON_OUT = ['--json', 'print JSON'] as const;
const left = (title: string) => ({ title });
const right = (title: string) => ({ title, align: 'right' as const });

interface MonthOptions {
  readonly period: string;
  readonly json?: true;
}

interface CloseOptions extends MonthOptions {
  readonly check?: true;
  readonly accept?: readonly string[];
  readonly reason?: string;
}

/** `close`, `issue`, `closes` and `journal`: a month from its draft to the ledger. */
export function addCloseCommands(program: Command, connect: Connect): void {
  addCloseCommand(program, connect);
  addIssueCommand(program, connect);
  addClosesCommand(program, connect);
  addJournalCommand(program, connect);
}

function addCloseCommand(program: Command, connect: Connect): void {
  program
    .command('close')
    .description('freeze a month: its lines, what they were made from, and its entry in the ledger')
    .requiredOption(...MONTH)
    .option('--check', 'only say what holds the close; fails when something does')
    .option('--accept <findings>', `close in spite of these: ${ACCEPTABLE_CHECKS.join(',')}`, acceptedChecks)
    .option('--reason <text>', 'why they are accepted; kept with the close')
    .option(...JSON_OUT)
    .action(async ({ period, check, accept, reason, json }: CloseOptions, command: Command) => {
      const { client, terminal } = connect(command);
      if (check) {
        const answer = await client.get(`/v1/statements/${period}/close-findings`, closeFindings);
        if (json) printJson(terminal, answer);
        else if (answer.closable) terminal.out(`nothing holds the close of ${period}\n`);
        if (answer.closable) return;
        const details = answer.findings.map((finding) => printable(`${finding.check}: ${finding.detail}`));
        throw new CliError(`the close of ${period} is held`, EXIT.conflict, details);
      }
      const body = { accept: accept ?? [], ...(reason === undefined ? {} : { reason }) };
      const closed = await client.request('POST', `/v1/statements/${period}/close`, closedWire, { body });
      if (json) printJson(terminal, closed);
      else terminal.out(describeClosed(closed));
    });
}

function addIssueCommand(program: Command, connect: Connect): void {
  program
    .command('issue')
    .description('issue the statements of a closed month')
    .requiredOption(...MONTH)
    .option(...JSON_OUT)
    .action(async ({ period, json }: MonthOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const issued = await client.request('POST', `/v1/statements/${period}/issue`, closedWire);
      if (json) return printJson(terminal, issued);
      terminal.out(printable(`${period} issued by ${issued.closing.issuedBy ?? ''}: ${totals(issued)}`) + '\n');
    });
}

function addClosesCommand(program: Command, connect: Connect): void {
  program
    .command('closes')
    .description('list the closed months, in the order in which they were closed')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000_000), 100)
    .option(...JSON_OUT)
    .action(async ({ limit, json }: { limit: number; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const closes = await listAll(client, '/v1/closes', closeWire, {}, limit);
      if (json) return printJson(terminal, closes);
      if (closes.length === 0) return terminal.note('no month is closed');
      const columns = [
        right('NO'),
        left('MONTH'),
        right('BILLED'),
        left(''),
        right('LINES'),
        left('CLOSED'),
        left('BY'),
        left('ISSUED'),
        left('HASH'),
      ];
      const rows = closes.map(
        ({ closeNumber, period, billed, currency, lines, closedAt, closedBy, issuedAt, hash }) => {
          return [closeNumber, period, billed, currency, lines, closedAt, closedBy, issuedAt, hash.slice(0, 12)];
        },
      );
      terminal.out(renderTable(columns, rows));
    });
}

function addJournalCommand(program: Command, connect: Connect): void {
  program
    .command('journal')
    .description("show a closed month's entry in the ledger")
    .requiredOption(...MONTH)
    .option(...JSON_OUT)
    .action(async ({ period, json }: MonthOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const entry = await client.get(`/v1/statements/${period}/journal`, journalWire);
      if (json) return printJson(terminal, entry);
      const columns = [left('ACCOUNT'), left('COST CENTER'), left('TEAM'), right('DEBIT'), right('CREDIT')];
      const rows = entry.postings.map(({ ledgerAccount, costCenter, team, debit, credit }) => {
        return [ledgerAccount, costCenter, team, blank(debit), blank(credit)];
      });
      terminal.out(
        renderTable(columns, [...rows, [`total ${entry.currency}`, null, null, entry.debits, entry.credits]]),
      );
    });
}

function describeClosed(closed: ClosedWire): string {
  const { closing, period } = closed;
  const by = `${closing.closedBy}, close ${closing.closeNumber}, ${closing.hash.slice(0, 12)}`;
  return `${printable(`${period.name} closed by ${by}: ${totals(closed)}`)}\n`;
}

function totals({ teams, lineCount, total, currency }: ClosedWire): string {
  return `${teams.length} statements, ${lineCount} lines, ${total.billed} ${currency}`;
}

/** A ledger leaves the other side of a posting empty. */
function blank(amount: string): string | null {
  return /[1-9]/.test(amount) ? amount : null;
}

function acceptedChecks(text: string): readonly string[] {
  const checks = text.split(',').map((check) => check.trim());
  const unknown = checks.find((check) => !ACCEPTABLE_CHECKS.some((known) => known === check));
  if (unknown === undefined) return checks;
  throw new InvalidArgumentError(`${unknown} is none of ${ACCEPTABLE_CHECKS.join(', ')}.`);
}
