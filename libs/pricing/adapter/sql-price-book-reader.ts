import type { DataSource } from 'typeorm';
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

export class SqlPriceBookReader implements PriceBookReader {
  constructor(private readonly dataSource: DataSource) {}

  load(accountId: number, start: EpochMs, end: EpochMs): Promise<PriceBook> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const parameters = [accountId, formatInstant(start), formatInstant(end)];
      const prices = await manager.query<PriceVersionRow[]>(SELECT_PRICES, parameters);
      const providers = await manager.query<ProviderRow[]>(SELECT_PROVIDERS, [accountId]);
      return createPriceBook(
        prices.map(priceFromRow),
        providers.map(({ provider, provider_match: match, fallback_providers: fallbackProviders }) => ({
          provider,
          match,
          fallbackProviders,
        })),
      );
    });
  }
}
