import type { Command } from 'commander';
import { type PurchaseWire, purchaseWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { type Column, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { addImportCommand } from './import-command.js';

const COLUMNS: readonly Column[] = [
  { title: 'PURCHASE' },
  { title: 'POOL' },
  { title: 'PROVIDER' },
  { title: 'REGION' },
  { title: 'INSTANCE TYPE' },
  { title: 'PRICING' },
  { title: 'COUNT', align: 'right' },
  { title: 'UPFRONT', align: 'right' },
  { title: 'HOURLY', align: 'right' },
  { title: 'POWER' },
  { title: '' },
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'VERSION', align: 'right' },
];

export function addCapacityPurchasesCommands(program: Command, connect: Connect): void {
  const purchases = program
    .command('capacity-purchases')
    .description('capacity bought for a term: reservations, commitments, hardware of your own');

  const columns =
    'purchase,pool,provider,region,instance_type,pricing_model,count,upfront,hourly_rate,currency,from,to';
  addImportCommand(purchases, connect, { columns, path: '/v1/capacity-purchases' });

  purchases
    .command('list')
    .description('list the purchases, each in its current version; a line for each of its hourly terms')
    .option('--pool <pool>', 'of one pool only')
    .option('--json', 'print JSON')
    .action(async (options: { pool?: string; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/capacity-purchases', purchaseWire, { pool: options.pool });
      if (options.json) return printJson(terminal, all);
      terminal.out(renderTable(COLUMNS, all.flatMap(rowsOf)));
    });
}

function rowsOf(one: PurchaseWire) {
  return one.terms.map(({ from, hourlyRate, power }, i) => [
    one.purchase,
    one.pool,
    one.provider,
    one.region,
    one.instanceType,
    one.pricingModel,
    one.count,
    i === 0 ? one.upfront : null,
    hourlyRate,
    power && `${power.kilowatts} kW x ${power.pue} x ${power.energyPrice}/kWh`,
    one.currency,
    from,
    one.terms[i + 1]?.from ?? one.to,
    one.version,
  ]);
}
