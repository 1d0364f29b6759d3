import { type Command, Option } from 'commander';
import { ledgerAccountWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { printable, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = [{ title: 'NAME' }, { title: 'IS' }, { title: 'CODE' }, { title: 'SINCE' }];

interface SetOptions {
  /** Commander gives `false` for `--no-code`, and `true` where neither is written. */
  readonly code?: string | boolean;
  readonly costCenter?: true;
  readonly from?: string;
}

export function addLedgerAccountsCommands(program: Command, connect: Connect): void {
  const group = program.command('ledger-accounts').description('what a general ledger calls accounts and cost centres');

  group
    .command('set')
    .description('say what code a name has in exported journals; months that ended before --from keep theirs')
    .argument('<name>', 'as the journal has it: chargeback, clearing:pool:h100, a cost centre')
    .option('--code <code>', 'the code')
    .option('--no-code', 'none from --from on')
    .option('--cost-center', 'the name is that of a cost centre')
    .addOption(new Option('--from <instant>', 'from when on (default: from the beginning for the first, else now)'))
    .action(async (name: string, { code, costCenter, from }: SetOptions, command: Command) => {
      if (typeof code !== 'string' && code !== false) throw usageError('say what to set: --code or --no-code');
      const { client, terminal } = connect(command);
      const kind = costCenter ? 'cost_center' : 'account';
      const body = {
        kind,
        name,
        code: code === false ? null : code,
        ...(from === undefined ? {} : { validFrom: from }),
      };
      const set = await client.request('POST', '/v1/ledger-accounts', ledgerAccountWire, { body });
      terminal.out(`${printable(`${set.name}: ${set.code ?? '(no code)'}`)}\n`);
    });

  group
    .command('list')
    .description('list the codes')
    .option('--json', 'print JSON, with all versions')
    .action(async (options: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/ledger-accounts', ledgerAccountWire);
      if (options.json) return printJson(terminal, all);
      const rows = all.map(({ name, kind, code, since }) => {
        return [name, kind === 'account' ? 'account' : 'cost centre', code, since];
      });
      terminal.out(renderTable(COLUMNS, rows));
    });
}
