import type { Command } from 'commander';
import { formatInstant } from '#calendar';
import { type PriceWire, priceWire } from '#contract';
import { TOKEN_CLASSES } from '#token';
import { listAll } from '../client/list-all.js';
import type { Connect } from '../connection.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { printJson } from '../terminal.js';
import { addImportCommand } from './import-command.js';

const COLUMNS: readonly Column[] = [
  { title: 'KIND' },
  { title: 'PROVIDER' },
  { title: 'MODEL' },
  { title: 'TIER' },
  { title: 'REGION' },
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'INPUT >=', align: 'right' },
  ...TOKEN_CLASSES.map((tokenClass) => ({ title: tokenClass, align: 'right' as const })),
  { title: 'PER 1M' },
  { title: 'STATE' },
];

interface ShowOptions {
  readonly provider?: string;
  readonly model?: string;
  readonly at?: string;
  readonly all?: true;
  readonly json?: true;
}

export function addPricesCommands(program: Command, connect: Connect): void {
  const prices = program.command('prices').description('the price book of models that are billed per token');

  addImportCommand(prices, connect, { rows: 'contract prices', path: '/v1/prices' });

  prices
    .command('withdraw')
    .description('take a contract price out of the price book, such as one with a wrong date')
    .argument('<id>', 'of its version, the priceVersionId that `prices show --json` tells')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, terminal } = connect(command);
      const path = `/v1/prices/${encodeURIComponent(id)}/withdrawal`;
      const { provider, model, serviceTier, from } = await client.request('POST', path, priceWire);
      terminal.out(`${provider} ${model} (${serviceTier}) from ${from} is withdrawn\n`);
    });

  prices
    .command('show')
    .description('show the prices in force, of one provider or model')
    .option('--provider <provider>', 'of this provider')
    .option('--model <model>', 'of this model')
    .option('--at <instant>', 'in force at this instant (default: now)')
    .option('--all', 'all versions, superseded ones too')
    .option('--json', 'print JSON')
    .action(async ({ provider, model, at, all, json }: ShowOptions, command: Command) => {
      const { client, clock, terminal } = connect(command);
      const query = { provider, model, ...(all ? {} : { at: at ?? formatInstant(clock.now()) }) };
      const found = await listAll(client, '/v1/prices', priceWire, query);
      if (json) return printJson(terminal, found);
      if (found.length === 0) terminal.note('the price book has no such price; usage of it is shown as unpriced');
      else terminal.out(renderTable(COLUMNS, found.flatMap(rowsOf)));
    });
}

function rowsOf(price: PriceWire): Cell[][] {
  return price.rates.map(({ contextFrom, pricePer1M }) => [
    price.kind,
    price.provider,
    price.model,
    price.serviceTier,
    price.region,
    price.from,
    price.to,
    contextFrom,
    ...TOKEN_CLASSES.map((tokenClass) => pricePer1M[tokenClass] ?? volumePriceCell(price.volumePrices[tokenClass])),
    price.currency,
    price.daily === null ? price.state : `${price.state}, ${price.daily.from}-${price.daily.to}`,
  ]);
}

type VolumePriceWire = PriceWire['volumePrices'][keyof PriceWire['volumePrices']];

/** `graduated 10 | 8 >1000000`, `2.5 / 1000000`: prices of a million tokens by tier, or of a package. */
function volumePriceCell(price: VolumePriceWire): string | null {
  if (!price) return null;
  if (price.model === 'package') return `${price.pricePerPackage} / ${price.packageTokens}`;
  const tiers = price.tiers.map(({ volumeFrom, pricePer1M }) =>
    volumeFrom === '0' ? pricePer1M : `${pricePer1M} >${volumeFrom}`,
  );
  return `${price.model} ${tiers.join(' | ')}`;
}
