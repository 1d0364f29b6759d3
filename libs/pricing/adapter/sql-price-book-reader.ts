import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { createPriceBook, type ModelMatch, type PriceBook } from '../domain/index.js';
import type { PriceBookReader } from '../service/price-book-reader.js';
import { NATURAL_KEY_SQL, PRICE_COLUMNS_SQL, type PriceVersionRow, priceFromRow } from './price-row.js';

const SELECT_PRICES = `
  select * from (
    select distinct on (${NATURAL_KEY_SQL}) ${PRICE_COLUMNS_SQL}, p.withdrawn
    from price_version p where p.account_id = $1
    order by ${NATURAL_KEY_SQL}, p.version desc
  ) current
  where not withdrawn and valid_from < $3 and (valid_to is null or valid_to > $2)`;

const SELECT_PROVIDERS = `
  select distinct on (provider) provider, provider_match, fallback_providers
  from price_provider where account_id = $1 order by provider, version desc`;

interface ProviderRow {
  readonly provider: string;
  readonly provider_match: ModelMatch | null;
  readonly fallback_providers: readonly string[];
}

/** Both tables only ever grow, so that equal counts are equal contents. */
const SELECT_EXTENT = `
  select (select count(*) from price_version where account_id = $1) as prices,
    (select count(*) from price_provider where account_id = $1) as providers`;

/** A price book as it was read, and of how much. */
interface KeptBook {
  readonly extent: string;
  readonly book: PriceBook;
}

/** Months of accounts whose books are kept; a book is some thousand small objects. */
const KEPT_MAX = 16;

/** Reads price books, and keeps them for as long as no price is added: to read a thousand prices takes longer than to bill. */
export class SqlPriceBookReader implements PriceBookReader {
  private readonly kept = new Map<string, KeptBook>();

  constructor(private readonly dataSource: DataSource) {}

  load(accountId: number, start: EpochMs, end: EpochMs): Promise<PriceBook> {
    const key = `${accountId.toString()} ${start.toString()} ${end.toString()}`;
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const extent = JSON.stringify(await manager.query(SELECT_EXTENT, [accountId]));
      const kept = this.kept.get(key);
      if (kept?.extent === extent) {
        this.keep(key, kept);
        return kept.book;
      }
      const book = await read(manager, [accountId, formatInstant(start), formatInstant(end)], extent);
      this.keep(key, { extent, book });
      return book;
    });
  }

  private keep(key: string, kept: KeptBook): void {
    this.kept.delete(key);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, kept);
  }
}

async function read(
  manager: EntityManager,
  parameters: readonly [number, string, string],
  extent: string,
): Promise<PriceBook> {
  const prices = await manager.query<PriceVersionRow[]>(SELECT_PRICES, [...parameters]);
  const providers = await manager.query<ProviderRow[]>(SELECT_PROVIDERS, [parameters[0]]);
  return createPriceBook(
    prices.map(priceFromRow),
    providers.map(({ provider, provider_match: match, fallback_providers: fallbackProviders }) => {
      return { provider, match, fallbackProviders };
    }),
    extent,
  );
}
