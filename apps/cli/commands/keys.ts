import type { Command } from 'commander';
import { createdKeyWire, keyWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { commaList } from '../parse/list.js';
import { renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = [{ title: 'ID' }, { title: 'NAME' }, { title: 'SCOPES' }, { title: 'CREATED' }, { title: 'REVOKED' }];

export function addKeysCommands(program: Command, connect: Connect): void {
  const keys = program.command('keys').description('machine keys: who may talk to the server');

  keys
    .command('create')
    .description('make a key; the key is the one thing printed, and is never shown again')
    .requiredOption('--name <name>', 'what the key is for')
    .requiredOption('--scopes <list>', 'what it may do, separated by commas: events:write,statements:read', commaList)
    .option('--json', 'print the key with all that is known of it as JSON')
    .action(async (options: { name: string; scopes: string[]; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const { name, scopes } = options;
      const created = await client.request('POST', '/v1/keys', createdKeyWire, {
        body: { name, scopes },
      });
      if (options.json) return printJson(terminal, created);
      terminal.out(`${created.key}\n`);
      terminal.note(`key ${created.apiKeyId} made; keep it now, it is not shown again`);
    });

  keys
    .command('list')
    .description('list the keys, revoked ones too')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/keys', keyWire);
      if (options.json) return printJson(terminal, all);
      const rows = all.map((key) => [key.apiKeyId, key.name, key.scopes.join(','), key.createdAt, key.revokedAt]);
      terminal.out(renderTable(COLUMNS, rows));
    });

  keys
    .command('revoke')
    .description('refuse a key from now on')
    .argument('<id>', 'the public part of the key: 12 hexadecimal digits')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, terminal } = connect(command);
      const revoked = await client.request('DELETE', `/v1/keys/${encodeURIComponent(id)}`, keyWire);
      terminal.out(`key ${revoked.apiKeyId} (${revoked.name}) is revoked\n`);
    });
}
