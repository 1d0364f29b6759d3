import type { Command } from 'commander';
import { costCenterWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { counted, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = [{ title: 'COST CENTRE' }, { title: 'BUSINESS UNIT' }, { title: 'VERSIONS' }];

interface SetOptions {
  /** `false`: `--no-business-unit`. */
  readonly businessUnit?: string | false;
  readonly from?: string;
}

export function addCostCentersCommands(program: Command, connect: Connect): void {
  const costCenters = program
    .command('cost-centers')
    .description('the business units that cost centres belong to, by which months roll up');

  costCenters
    .command('set')
    .description('say which business unit a cost centre belongs to; months that ended before --from keep theirs')
    .argument('<cost-center>', 'its code, as teams name it')
    .option('--business-unit <name>', 'where it belongs')
    .option('--no-business-unit', 'to none from --from on')
    .option('--from <instant>', 'from when on (default: from the beginning for the first, now for later ones)')
    .action(async (costCenter: string, { businessUnit, from }: SetOptions, command: Command) => {
      const { client, terminal } = connect(command);
      if (businessUnit === undefined) throw usageError('say --business-unit or --no-business-unit');
      const body = { businessUnit: businessUnit || null, validFrom: from };
      const path = `/v1/cost-centers/${encodeURIComponent(costCenter)}`;
      const set = await client.request('PUT', path, costCenterWire, { body });
      const of = set.businessUnit ?? '(none)';
      terminal.out(`cost centre ${set.costCenter}: business unit ${of}, ${counted(set.versions.length, 'version')}\n`);
    });

  costCenters
    .command('list')
    .description('list the cost centres of which something was said')
    .option('--json', 'print JSON, with all versions')
    .action(async (options: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/cost-centers', costCenterWire);
      if (options.json) return printJson(terminal, all);
      const rows = all.map(({ costCenter, businessUnit, versions }) => [costCenter, businessUnit, versions.length]);
      terminal.out(renderTable(COLUMNS, rows));
    });
}
