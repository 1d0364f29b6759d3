import type { Command } from 'commander';
import { reconciliationWire } from '#contract';
import type { Connect } from '../connection.js';
import { billingMonth } from '../parse/billing-month.js';
import { renderReconciliation } from '../render/reconciliation.js';
import { printJson } from '../terminal.js';

export function addReconcileCommand(program: Command, connect: Connect): void {
  program
    .command('reconcile')
    .description('hold a month against its invoices: what was metered, invoiced and billed, and what is open')
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .option('--json', 'print JSON, with full precision')
    .action(async ({ period, json }: { period: string; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const reconciliation = await client.get(`/v1/reconciliations/${period}`, reconciliationWire);
      if (json) return printJson(terminal, reconciliation);
      terminal.out(renderReconciliation(reconciliation));
    });
}
