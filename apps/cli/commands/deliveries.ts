import { type Command, Option } from 'commander';
import { type DeliveryWire, deliveryWire } from '#contract';
import { DELIVERY_STATES } from '#notification/domain';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { wholeNumber } from '../parse/whole-number.js';
import { type Cell, left, renderTable, right } from '../render/table.js';
import { printJson } from '../terminal.js';

const PATH = '/v1/notification-deliveries';
const COLUMNS = [
  ...['ID', 'MADE', 'CHANNEL', 'TOPIC', 'TEAM', 'TITLE', 'STATE'].map(left),
  right('TRIED'),
  ...['LAST', 'NEXT'].map(left),
];

interface ListOptions {
  readonly channel?: string;
  readonly state?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `deliveries`: what was sent to whom, and what came of it. */
export function addDeliveriesCommands(program: Command, connect: Connect): void {
  const deliveries = program.command('deliveries').description('notifications on their way to channels');

  deliveries
    .command('list')
    .description('list them, the latest first')
    .option('--channel <name>', 'only to this channel')
    .addOption(new Option('--state <state>', 'only those').choices(DELIVERY_STATES))
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000_000), 100)
    .option('--json', 'print JSON, with all attempts')
    .action(async ({ channel, state, limit, json }: ListOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const listed = await listAll(client, PATH, deliveryWire, { channel, state }, limit);
      if (json) return printJson(terminal, listed);
      if (listed.length === 0) return terminal.note('there is no such delivery');
      terminal.out(renderTable(COLUMNS, listed.map(rowOf)));
    });

  deliveries
    .command('retry')
    .description('try one again now that failed or waits for its next attempt')
    .argument('<id>', 'its id, as `deliveries list` tells')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, terminal } = connect(command);
      const retried = await client.request('POST', `${PATH}/${encodeURIComponent(id)}/retry`, deliveryWire);
      terminal.out(`delivery ${retried.id} to ${retried.channel} is ${retried.state}\n`);
    });
}

function rowOf({ id, createdAt, channel, notification, state, attempts, dueAt }: DeliveryWire): Cell[] {
  const { topic, team, title } = notification;
  const last = attempts.at(-1);
  return [
    id,
    createdAt,
    channel,
    topic,
    team,
    title,
    state,
    last?.attempt ?? 0,
    last && (last.error ?? last.outcome),
    dueAt,
  ];
}
