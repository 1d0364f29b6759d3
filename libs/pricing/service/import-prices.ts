import type { Clock } from '#calendar';
import type { Caller } from '#directory';
import { fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import { pricesOfRows } from './price-of-rows.js';
import type { PriceDraft, PriceStore, StoredPrices } from './price-store.js';
import { type PriceRow, readPriceRow } from './read-price-row.js';

/**
 * Takes a table of contract prices, all of it or nothing. The rows of one provider, model, tier, region and start are one
 * price; what is said of a known one becomes its next version if it differs, so that importing a file twice changes
 * nothing. Fails with `pricing.import_refused`, which names every row and column at fault.
 */
export class ImportPrices {
  constructor(
    private readonly store: PriceStore,
    private readonly clock: Clock,
  ) {}

  async run(
    author: Pick<Caller, 'accountId' | 'apiKeyId'>,
    rows: readonly ImportRow[],
  ): Promise<Outcome<StoredPrices>> {
    const { accountId, apiKeyId: recordedBy } = author;
    const breakpoints = await this.store.breakpoints(accountId);
    const failures = new RowFailures();
    const read = rows.flatMap((row) => readPriceRow(row, { breakpoints }, failures) ?? []);
    const prices = groupRows(read).flatMap((group) => toDraft(group, failures) ?? []);
    if (!failures.none) return fail(failures.toFailure('pricing.import_refused'));
    return succeed(await this.store.store({ accountId, prices, recordedAt: this.clock.now(), recordedBy }));
  }
}

export const IMPORT_PRICES = Symbol('ImportPrices');

type Group = readonly [PriceRow, ...PriceRow[]];

function groupRows(rows: readonly PriceRow[]): Group[] {
  const groups = new Map<string, [PriceRow, ...PriceRow[]]>();
  for (const row of rows) {
    const key = JSON.stringify([row.provider, row.model, row.serviceTier, row.region, row.validFrom]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

function toDraft(group: Group, failures: RowFailures): PriceDraft | undefined {
  const [first] = group;
  const { provider, model, serviceTier, region, currency, validFrom, validTo } = first;
  const prices = pricesOfRows(group, failures);
  const torn = group.filter((one) => one.validTo !== validTo);
  for (const { row } of torn) {
    failures.add(row, 'to', 'pricing.conflicting_end', `${first.row.place} gives the same price another end`);
  }
  const mixed = group.filter((one) => one.currency !== currency);
  for (const { row } of mixed) {
    const detail = `${first.row.place} gives the same price in ${currency}`;
    failures.add(row, 'currency', 'pricing.conflicting_currency', detail);
  }
  const base = group.some(({ price }) => price.model !== 'flat' || price.contextFrom === 0n);
  if (!base) {
    failures.add(
      first.row,
      'context_from',
      'pricing.no_base_rate',
      'the price has no row for requests of any size (0)',
    );
  }
  if (!prices || torn.length + mixed.length > 0 || !base) return undefined;
  const terms = { kind: 'contract', modelMatch: null, daily: null, source: 'import' } as const;
  return { ...terms, provider, model, serviceTier, region, currency, validFrom, validTo, ...prices };
}
