import type { Command } from 'commander';
import { teamWire } from '#contract';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { counted, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const COLUMNS = [
  { title: 'TEAM' },
  { title: 'COST CENTRE' },
  { title: 'NAME' },
  { title: 'REGISTERED BY' },
  { title: 'SINCE' },
];

interface TeamOptions {
  /** Commander gives `false` for `--no-cost-center`, and `true` where neither is written. */
  readonly costCenter?: string | boolean;
  readonly name?: string;
  readonly from?: string;
}

export function addTeamsCommands(program: Command, connect: Connect): void {
  const teams = program.command('teams').description('teams and the cost centres they are charged to');

  teams
    .command('create')
    .description('make a team; a conflict if there is one of that name')
    .argument('<team>', 'its name, as events give it')
    .option('--cost-center <code>', 'where its cost is booked')
    .option('--name <name>', 'how it is shown')
    .option('--from <instant>', 'from when on the cost centre holds (default: from the beginning)')
    .action(async (team: string, options: TeamOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const made = await client.request('POST', '/v1/teams', teamWire, { body: { team, ...toFields(options) } });
      terminal.out(`team ${made.team} made\n`);
    });

  teams
    .command('set')
    .description('make or change a team; usage from before --from keeps its cost centre')
    .argument('<team>', 'its name, as events give it')
    .option('--cost-center <code>', 'where its cost is booked')
    .option('--no-cost-center', 'book it nowhere from --from on')
    .option('--name <name>', 'how it is shown')
    .option('--from <instant>', 'from when on the cost centre holds (default: now)')
    .action(async (team: string, options: TeamOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const body = toFields(options);
      if (Object.keys(body).length === 0)
        throw usageError('say what to set: --cost-center, --no-cost-center or --name');
      const set = await client.request('PUT', `/v1/teams/${encodeURIComponent(team)}`, teamWire, { body });
      terminal.out(
        `team ${set.team}: cost centre ${set.costCenter ?? '(none)'}, ${counted(set.versions.length, 'version')}\n`,
      );
    });

  teams
    .command('list')
    .description('list the teams')
    .option('--json', 'print JSON, with all versions')
    .action(async (options: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, '/v1/teams', teamWire);
      if (options.json) return printJson(terminal, all);
      const rows = all.map((team) => [team.team, team.costCenter, team.displayName, team.registeredBy, team.createdAt]);
      terminal.out(renderTable(COLUMNS, rows));
    });
}

function toFields({ costCenter, name, from }: TeamOptions) {
  return {
    ...(typeof costCenter === 'string' ? { costCenter } : costCenter === false ? { costCenter: null } : {}),
    ...(name === undefined ? {} : { displayName: name }),
    ...(from === undefined ? {} : { validFrom: from }),
  };
}
