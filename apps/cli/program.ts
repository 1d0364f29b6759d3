import { Command } from 'commander';
import { addAuditCommand } from './commands/audit.js';
import { addBatchesCommands } from './commands/batches.js';
import { addBillCommand } from './commands/bill.js';
import { addCapacityPurchasesCommands } from './commands/capacity-purchases.js';
import { addChannelsCommands } from './commands/channels.js';
import { addCloseCommands } from './commands/close.js';
import { addCostCentersCommands } from './commands/cost-centers.js';
import { addCostRecordsCommands } from './commands/cost-records.js';
import { addDeliveriesCommands } from './commands/deliveries.js';
import { addDemoCommand } from './commands/demo.js';
import { addDisputesCommands } from './commands/disputes.js';
import { addEventsCommands } from './commands/events.js';
import { addExplainCommand } from './commands/explain.js';
import { addExportCommands } from './commands/export.js';
import { addExportsCommands } from './commands/exports.js';
import { addFxCommands } from './commands/fx.js';
import { addInvoicesCommands } from './commands/invoices.js';
import { addKeysCommands } from './commands/keys.js';
import { addLedgerAccountsCommands } from './commands/ledger-accounts.js';
import { addMappingsCommands } from './commands/mappings.js';
import { addPoolsCommands } from './commands/pools.js';
import { addPriceRulesCommands } from './commands/price-rules.js';
import { addPricesCommands } from './commands/prices.js';
import { addQuarantineCommands } from './commands/quarantine.js';
import { addQuotaCommands } from './commands/quota.js';
import { addQuotasCommands } from './commands/quotas.js';
import { addReconcileCommand } from './commands/reconcile.js';
import { addSharedCostsCommands } from './commands/shared-costs.js';
import { addTeamsCommands } from './commands/teams.js';
import { addTraceCommands } from './commands/trace.js';
import { addUnitCostsCommand } from './commands/unit-costs.js';
import { addVerifyCommand } from './commands/verify.js';
import { type CliHost, connectTo } from './connection.js';
import { EXIT } from './exit-code.js';
import { productVersion } from './product-version.js';

const EXIT_CODES = `
Exit codes: ${EXIT.ok} ok, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.auth} not allowed, ${EXIT.conflict} conflict.
Without --url and --key it talks to the server on this machine with the key that one left in its data folder.`;

const COMMANDS = [
  addTraceCommands,
  addEventsCommands,
  addBatchesCommands,
  addQuarantineCommands,
  addPoolsCommands,
  addCostRecordsCommands,
  addCapacityPurchasesCommands,
  addSharedCostsCommands,
  addPricesCommands,
  addInvoicesCommands,
  addPriceRulesCommands,
  addFxCommands,
  addTeamsCommands,
  addCostCentersCommands,
  addMappingsCommands,
  addQuotasCommands,
  addBillCommand,
  addExplainCommand,
  addDisputesCommands,
  addUnitCostsCommand,
  addExportCommands,
  addExportsCommands,
  addVerifyCommand,
  addReconcileCommand,
  addCloseCommands,
  addLedgerAccountsCommands,
  addQuotaCommands,
  addKeysCommands,
  addAuditCommand,
  addChannelsCommands,
  addDeliveriesCommands,
];

/** The whole command line. Throws CommanderError and CliError instead of ending the process. */
export function createProgram(host: CliHost): Command {
  const { terminal } = host;
  const program = new Command('apportion')
    .description('LLM chargeback that adds up')
    .version(productVersion())
    .option('--url <url>', 'the server (APPORTION_URL, else the one on this machine)')
    .option('--key <key>', "the machine key (APPORTION_API_KEY, else this machine's bootstrap key)")
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help for how it is used)')
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.note(text.replace(/\n$/, '')),
      outputError: (text, write) => write(text.replace(/^error: /, 'apportion: ')),
    })
    .exitOverride();
  const connect = connectTo(host);
  for (const addCommands of COMMANDS) addCommands(program, connect);
  addDemoCommand(program, connect, host);
  return program;
}
