import type { UnitCostRowWire, UnitCostsWire } from '#contract';
import { INPUT_CLASSES, OUTPUT_CLASSES, type TokenClass } from '#token';
import { percent, unitCost } from './figures.js';
import { type Cell, grouped, left, printable, renderTable, right } from './table.js';

/** What tokens cost, for people: the core, blended and two-part price of 1M tokens, and the cheapest public offer beside it. */
export function renderUnitCosts({ period, account, currency, by, rows }: UnitCostsWire): string {
  const title = `${period.name}, account ${account}: cost of 1M tokens in ${currency}, without idle`;
  const compares = rows.some(({ previous }) => previous !== null);
  const columns = [
    ...by.map((dimension) => left(dimension.replace('_', ' ').toUpperCase())),
    ...['REQUESTS', 'INPUT TOKENS', 'OUTPUT TOKENS', 'USED', 'OUT', 'BLENDED'].map(right),
    ...(compares ? [right('BEFORE')] : []),
    ...['IN PART', 'CACHED', 'OUT PART', 'UTILIZATION', 'IDLE'].map(right),
    left('CHEAPEST LIST PRICE'),
    right('FOR THESE TOKENS'),
  ];
  const table = renderTable(
    columns,
    rows.map((row) => cellsOf(by, row, compares)),
  );
  return `${printable(title)}\n\n${table}`;
}

function cellsOf(by: UnitCostsWire['by'], row: UnitCostRowWire, compares: boolean): Cell[] {
  const { group, requests, tokens, effective, costPerMillionTokens: costs, previous, capacity, offers } = row;
  const [offer] = offers;
  const sum = (classes: readonly TokenClass[]) => classes.reduce((total, of) => total + BigInt(tokens[of]), 0n);
  return [
    ...by.map((dimension) => group[dimension] ?? ''),
    grouped(requests),
    grouped(sum(INPUT_CLASSES)),
    grouped(sum(OUTPUT_CLASSES)),
    grouped(effective),
    unitCost(costs.core),
    unitCost(costs.blended),
    ...(compares ? [unitCost(previous?.core ?? null)] : []),
    unitCost(costs.input),
    unitCost(costs.cacheRead),
    unitCost(costs.output),
    capacity?.utilization ? percent(capacity.utilization) : '',
    capacity?.idleShare ? percent(capacity.idleShare) : '',
    offer ? `${offer.provider} ${unitCost(offer.inputUncached)} / ${unitCost(offer.output)}` : '',
    offer?.cost ? grouped(offer.cost) : '',
  ];
}
