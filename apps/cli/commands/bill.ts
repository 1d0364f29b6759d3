import type { Command } from 'commander';
import { fetchBill } from '../client/statements.js';
import type { Connect } from '../connection.js';
import { billingMonth } from '../parse/billing-month.js';
import { renderBill } from '../render/bill.js';
import { printJson } from '../terminal.js';

interface BillOptions {
  readonly period: string;
  readonly team?: string;
  readonly lines: boolean;
  readonly json?: true;
}

export function addBillCommand(program: Command, connect: Connect): void {
  program
    .command('bill')
    .description('show what every team owes for a month: as it was closed, or with what is known now')
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .option('--team <team>', 'only the lines of this team')
    .option('--no-lines', 'leave out the single lines')
    .option('--json', 'print JSON, with full precision')
    .action(async ({ period, team, lines, json }: BillOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const statements = await fetchBill(client, period, team);
      if (json) return printJson(terminal, statements);
      terminal.out(renderBill(statements, { lines }));
    });
}
