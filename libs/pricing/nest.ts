import { Inject, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { ACCOUNT_READER, type AccountReader } from '#directory';
import { DirectoryModule } from '#directory/nest';
import { CLOCK } from '#platform';
import { GenaiPrices } from './adapter/genai-prices.js';
import { SqlFxRateStore } from './adapter/sql-fx-rate-store.js';
import { SqlPriceBookReader } from './adapter/sql-price-book-reader.js';
import { SqlPriceRuleStore } from './adapter/sql-price-rule-store.js';
import { SqlPriceStore } from './adapter/sql-price-store.js';
import { CONTEXT_BREAKPOINT_READER, type ContextBreakpointReader } from './service/context-breakpoint-reader.js';
import { FX_RATE_STORE, type FxRateReader, type FxRateStore } from './service/fx-rate-store.js';
import { IMPORT_FX_RATES, ImportFxRates } from './service/import-fx-rates.js';
import { IMPORT_PRICE_RULES, ImportPriceRules } from './service/import-price-rules.js';
import { IMPORT_PRICES, ImportPrices } from './service/import-prices.js';
import { PRICE_BOOK_READER, type PriceBookReader } from './service/price-book-reader.js';
import type { PriceRuleReader, PriceRuleStore } from './service/price-rule-store.js';
import { PRICE_RULES, PriceRules } from './service/price-rules.js';
import { PRICE_SOURCES, type PriceSources } from './service/price-sources.js';
import type { PriceStore } from './service/price-store.js';
import { PRICES, Prices } from './service/prices.js';
import { SEED_PRICE_BOOK, SeedPriceBook } from './service/seed-price-book.js';

const PRICE_STORE = Symbol('PriceStore');
const PRICE_RULE_STORE = Symbol('PriceRuleStore');

@Module({
  imports: [DirectoryModule],
  providers: [
    { provide: PRICE_STORE, useFactory: (db: DataSource) => new SqlPriceStore(db), inject: [DataSource] },
    { provide: PRICE_BOOK_READER, useFactory: (db: DataSource) => new SqlPriceBookReader(db), inject: [DataSource] },
    {
      provide: CONTEXT_BREAKPOINT_READER,
      useFactory: (store: PriceStore): ContextBreakpointReader => ({
        load: (accountId) => store.breakpoints(accountId),
      }),
      inject: [PRICE_STORE],
    },
    {
      provide: PRICES,
      useFactory: (store: PriceStore, clock: Clock) => new Prices(store, clock),
      inject: [PRICE_STORE, CLOCK],
    },
    {
      provide: IMPORT_PRICES,
      useFactory: (store: PriceStore, clock: Clock) => new ImportPrices(store, clock),
      inject: [PRICE_STORE, CLOCK],
    },
    { provide: FX_RATE_STORE, useFactory: (db: DataSource) => new SqlFxRateStore(db), inject: [DataSource] },
    {
      provide: IMPORT_FX_RATES,
      useFactory: (store: FxRateStore, clock: Clock) => new ImportFxRates(store, clock),
      inject: [FX_RATE_STORE, CLOCK],
    },
    { provide: PRICE_RULE_STORE, useFactory: (db: DataSource) => new SqlPriceRuleStore(db), inject: [DataSource] },
    {
      provide: PRICE_SOURCES,
      useFactory: (prices: PriceBookReader, priceRules: PriceRuleReader, fxRates: FxRateReader): PriceSources => {
        return { prices, priceRules, fxRates };
      },
      inject: [PRICE_BOOK_READER, PRICE_RULE_STORE, FX_RATE_STORE],
    },
    {
      provide: PRICE_RULES,
      useFactory: (store: PriceRuleStore, clock: Clock) => new PriceRules(store, clock),
      inject: [PRICE_RULE_STORE, CLOCK],
    },
    {
      provide: IMPORT_PRICE_RULES,
      useFactory: (store: PriceRuleStore, accounts: AccountReader, clock: Clock) =>
        new ImportPriceRules(store, accounts, clock),
      inject: [PRICE_RULE_STORE, ACCOUNT_READER, CLOCK],
    },
    {
      provide: SEED_PRICE_BOOK,
      useFactory: (store: PriceStore, clock: Clock) => new SeedPriceBook(store, new GenaiPrices(), clock),
      inject: [PRICE_STORE, CLOCK],
    },
  ],
  exports: [
    PRICE_BOOK_READER,
    CONTEXT_BREAKPOINT_READER,
    PRICES,
    IMPORT_PRICES,
    PRICE_SOURCES,
    FX_RATE_STORE,
    IMPORT_FX_RATES,
    PRICE_RULES,
    IMPORT_PRICE_RULES,
  ],
})
export class PricingModule implements OnModuleInit {
  private readonly logger = new Logger('Pricing');

  constructor(
    @Inject(SEED_PRICE_BOOK) private readonly seedPriceBook: SeedPriceBook,
    @Inject(ACCOUNT_READER) private readonly accounts: AccountReader,
  ) {}

  /** Before any event is metered: the size classes of usage come from the prices' thresholds. */
  async onModuleInit(): Promise<void> {
    for (const { accountId } of await this.accounts.list()) {
      const stored = await this.seedPriceBook.run(accountId);
      if (!stored) continue;
      this.logger.log(
        `Public prices: ${stored.created} new, ${stored.corrected} corrected, ${stored.unchanged} unchanged.`,
      );
    }
  }
}
