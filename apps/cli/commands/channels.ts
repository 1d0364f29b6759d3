import { type Command, Option } from 'commander';
import { type ChannelWire, channelTestWire, channelWire, createdChannelWire, rotatedSecretWire } from '#contract';
import { CHANNEL_KINDS } from '#notification/domain';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { CliError, usageError } from '../exit-code.js';
import { commaList } from '../parse/list.js';
import { wholeNumber } from '../parse/whole-number.js';
import { type Cell, left, printable, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';

const PATH = '/v1/notification-channels';
const NAME = ['<name>', 'its name, as `channels list` tells'] as const;
const JSON_OUT = ['--json', 'print JSON'] as const;
const TOPICS = ['--topics <list>', 'what it gets: topics with *, separated by commas, such as quota.*'] as const;
const TEAMS = ['--teams <list>', "only what is these teams' business"] as const;
/** Not `--url`, which is the server's. */
const WEBHOOK_URL = ['--webhook-url <url>', 'of a webhook and of slack: https'] as const;
const RECIPIENTS = ['--recipients <list>', 'of email: addresses, separated by commas'] as const;
const REASON = ['--reason <text>', 'kept with the change'] as const;
const COLUMNS = ['CHANNEL', 'KIND', 'TO', 'TOPICS', 'TEAMS', 'STATE', 'REASON'].map(left);

interface ChannelOptions {
  readonly topics?: string[];
  readonly teams?: string[];
  readonly webhookUrl?: string;
  readonly recipients?: string[];
  readonly reason?: string;
  readonly json?: true;
}

interface SetOptions extends ChannelOptions {
  readonly allTeams?: true;
  readonly enable?: true;
  readonly disable?: true;
}

/** `channels`: the ways in which people are told. */
export function addChannelsCommands(program: Command, connect: Connect): void {
  const channels = program.command('channels').description('webhooks, Slack and e-mail, by which people are told');
  addCreate(channels, connect);
  addSet(channels, connect);
  addList(channels, connect);
  addTest(channels, connect);
  addRotateSecret(channels, connect);
  addRemove(channels, connect);
}

function addCreate(channels: Command, connect: Connect): void {
  channels
    .command('create')
    .description('make a channel; of a webhook the secret is the one thing printed, and is never shown again')
    .argument('<name>', 'what it is called from now on')
    .addOption(new Option('--kind <kind>', 'how people are told').choices(CHANNEL_KINDS).makeOptionMandatory())
    .requiredOption(...TOPICS, commaList)
    .option(...TEAMS, commaList)
    .option(...WEBHOOK_URL)
    .option(...RECIPIENTS, commaList)
    .option(...REASON)
    .option('--json', 'print the secret with all that is known of the channel as JSON')
    .action(
      async (name: string, { json, webhookUrl, ...options }: ChannelOptions & { kind: string }, command: Command) => {
        const { client, terminal } = connect(command);
        const created = await client.request('POST', PATH, createdChannelWire, {
          body: { name, url: webhookUrl, ...options },
        });
        if (json) return printJson(terminal, created);
        if (created.secret === null) return terminal.out(`channel ${printable(created.name)} made\n`);
        terminal.out(`${created.secret}\n`);
        terminal.note(`channel ${printable(created.name)} made; keep its secret now, it is not shown again`);
      },
    );
}

function addSet(channels: Command, connect: Connect): void {
  channels
    .command('set')
    .description('change what a channel gets or where it leads, or turn it on or off; what is not named stays')
    .argument(...NAME)
    .option(...TOPICS, commaList)
    .option(...TEAMS, commaList)
    .option('--all-teams', "what is anybody's business")
    .option(...WEBHOOK_URL)
    .option(...RECIPIENTS, commaList)
    .option('--enable', 'turn it on')
    .option('--disable', 'turn it off; what waits for it is cancelled')
    .option(...REASON)
    .option(...JSON_OUT)
    .action(async (name: string, options: SetOptions, command: Command) => {
      const { client, terminal } = connect(command);
      if (options.enable && options.disable) throw usageError('say --enable or --disable');
      if (options.teams && options.allTeams) throw usageError('say --teams or --all-teams');
      const now = await client.get(pathOf(name), channelWire);
      const set = await client.request('PUT', pathOf(name), channelWire, { body: bodyOf(now, options) });
      if (options.json) return printJson(terminal, set);
      terminal.out(`channel ${printable(set.name)}: version ${set.version}, ${set.enabled ? 'on' : 'off'}\n`);
    });
}

function bodyOf(now: ChannelWire, options: SetOptions) {
  const { topics = now.topics, teams = now.teams, allTeams, webhookUrl: url, recipients, reason } = options;
  const enabled = options.enable ?? (options.disable ? false : now.enabled);
  return { topics, teams: allTeams ? null : teams, url, recipients, enabled, reason };
}

function addList(channels: Command, connect: Connect): void {
  channels
    .command('list')
    .description('list the channels')
    .option(...JSON_OUT)
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const all = await listAll(client, PATH, channelWire);
      if (json) return printJson(terminal, all);
      if (all.length === 0) return terminal.note('there is no channel');
      terminal.out(renderTable(COLUMNS, all.map(rowOf)));
    });
}

function rowOf({ name, kind, url, recipients, topics, teams, enabled, reason }: ChannelWire): Cell[] {
  const to = url ?? recipients?.join(', ');
  return [name, kind, to, topics.join(', '), teams?.join(', ') ?? '(all)', enabled ? 'on' : 'off', reason];
}

function addTest(channels: Command, connect: Connect): void {
  channels
    .command('test')
    .description('send a test now and tell what came back')
    .argument(...NAME)
    .option(...JSON_OUT)
    .action(async (name: string, { json }: { json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const tested = await client.request('POST', `${pathOf(name)}/test`, channelTestWire);
      const { delivered, error, durationMs, deliveryId } = tested;
      if (json) printJson(terminal, tested);
      if (!delivered) throw new CliError(printable(`${name}: not delivered: ${error ?? 'no reason given'}`));
      if (json) return;
      const but = error === null ? '' : `, but ${error}`;
      terminal.out(printable(`${name}: delivered in ${durationMs} ms${but} (${deliveryId})`) + '\n');
    });
}

function addRotateSecret(channels: Command, connect: Connect): void {
  channels
    .command('rotate-secret')
    .description('make the secret of a webhook anew; it is the one thing printed, and is never shown again')
    .argument(...NAME)
    .option(
      '--overlap-hours <hours>',
      'how long the one before signs beside it; 0 where it has leaked',
      wholeNumber(0, 168),
      24,
    )
    .option(...JSON_OUT)
    .action(async (name: string, { overlapHours, json }: { overlapHours: number; json?: true }, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `${pathOf(name)}/secret-rotations`;
      const rotated = await client.request('POST', path, rotatedSecretWire, { body: { overlapHours } });
      if (json) return printJson(terminal, rotated);
      terminal.out(`${rotated.secret}\n`);
      terminal.note(
        `keep it now, it is not shown again; the one before signs beside it until ${rotated.previousSignsUntil}`,
      );
    });
}

function addRemove(channels: Command, connect: Connect): void {
  channels
    .command('remove')
    .description('remove a channel; what waits for it is cancelled')
    .argument(...NAME)
    .option(...REASON)
    .action(async (name: string, { reason }: { reason?: string }, command: Command) => {
      const { client, terminal } = connect(command);
      const removed = await client.request('DELETE', pathOf(name), channelWire, { query: { reason } });
      terminal.out(`channel ${printable(removed.name)} is removed\n`);
    });
}

function pathOf(name: string): string {
  return `${PATH}/${encodeURIComponent(name)}`;
}
