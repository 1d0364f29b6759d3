import type { Command } from 'commander';
import { costRecordWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { type Column, renderTable } from '../render/table.js';
import { importTable } from '../send/import-table.js';
import { printJson } from '../terminal.js';

const COLUMNS: readonly Column[] = [
  { title: 'POOL' },
  { title: 'PROVIDER' },
  { title: 'REGION' },
  { title: 'INSTANCE TYPE' },
  { title: 'PRICING' },
  { title: 'COUNT', align: 'right' },
  { title: 'HOURLY', align: 'right' },
  { title: 'LIST', align: 'right' },
  { title: '' },
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'VERSION', align: 'right' },
];

export function addCostRecordsCommands(program: Command, connect: Connect): void {
  const costRecords = program.command('cost-records').description('what the instances of the pools cost');

  costRecords
    .command('import')
    .description('take over a CSV file: all of it or nothing; rows that are known change nothing')
    .argument('<file>', 'columns pool,provider,region,instance_type,pricing_model,hourly_rate,currency,count,from,to')
    .option('--until-next', 'a history of rates: a row without an end stands until the next one of the same instances')
    .action((file: string, options: { untilNext?: true }, command: Command) => {
      const path = `/v1/cost-records${options.untilNext ? '?openEnds=until_next' : ''}`;
      return importTable(connect(command), path, file);
    });

  costRecords
    .command('list')
    .description('list the cost records, each in its current version')
    .option('--pool <pool>', 'of one pool only')
    .option('--json', 'print JSON')
    .action(async (options: { pool?: string; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/cost-records', costRecordWire, { pool: options.pool });
      if (options.json) return printJson(terminal, all);
      const rows = all.map((one) => [
        one.pool,
        one.provider,
        one.region,
        one.instanceType,
        one.pricingModel,
        one.count,
        one.hourlyRate,
        one.listHourlyRate,
        one.currency,
        one.from,
        one.to,
        one.version,
      ]);
      terminal.out(renderTable(COLUMNS, rows));
    });
}
