import type { Command } from 'commander';
import { agreement, disagreement, verifyPeriod } from '../client/verifications.js';
import type { Connect } from '../connection.js';
import { CliError } from '../exit-code.js';
import { billingMonth } from '../parse/billing-month.js';
import { printJson } from '../terminal.js';

export function addVerifyCommand(program: Command, connect: Connect): void {
  program
    .command('verify')
    .description('recompute a month from its raw events and compare; fails unless everything agrees')
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .option('--json', 'print JSON')
    .action(async ({ period, json }: { period: string; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const verification = await verifyPeriod(client, period);
      if (json) printJson(terminal, verification);
      else if (verification.agrees) terminal.out(`${agreement(verification)}\n`);
      if (!verification.agrees) throw new CliError(disagreement(verification));
    });
}
