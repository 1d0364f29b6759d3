import { type Command, Option } from 'commander';
import type { RollUpsWire } from '#contract';
import { fetchBill, fetchRollUps } from '../client/statements.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { billingMonth } from '../parse/billing-month.js';
import { renderBill, renderRollUps } from '../render/bill.js';
import { printJson } from '../terminal.js';

/** Levels as they are written on the command line. */
const LEVELS = {
  'cost-center': 'cost_center',
  'business-unit': 'business_unit',
  account: 'account',
} as const satisfies Record<string, RollUpsWire['by']>;

interface BillOptions {
  readonly period: string;
  readonly team?: string;
  readonly by?: keyof typeof LEVELS;
  readonly lines: boolean;
  readonly json?: true;
}

export function addBillCommand(program: Command, connect: Connect): void {
  program
    .command('bill')
    .description('show what every team owes for a month: as it was closed, or with what is known now')
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .option('--team <team>', 'only the lines of this team')
    .addOption(new Option('--by <level>', 'take teams together by this, without lines').choices(Object.keys(LEVELS)))
    .option('--no-lines', 'leave out the single lines')
    .option('--json', 'print JSON, with full precision')
    .action(async ({ period, team, by, lines, json }: BillOptions, command: Command) => {
      const { client, terminal } = connect(command);
      if (by !== undefined) {
        if (team !== undefined) throw usageError('--by takes teams together and --team asks for one; say one of them');
        const rollUps = await fetchRollUps(client, period, LEVELS[by]);
        if (json) return printJson(terminal, rollUps);
        return terminal.out(renderRollUps(rollUps));
      }
      const statements = await fetchBill(client, period, { team, lines });
      if (json) return printJson(terminal, statements);
      terminal.out(renderBill(statements, { lines }));
    });
}
