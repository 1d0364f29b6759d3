import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type ImportCounts,
  importCounts,
  type Page,
  type PricePath,
  type PriceQuery,
  type PriceWire,
  pricePage,
  pricePath,
  priceQuery,
  priceWire,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { IMPORT_PRICES, type ImportPrices, PRICE_COLUMNS, PRICES, type Prices } from '#pricing';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { ImportRoute } from '../tables/import-route.js';
import { readRows } from '../tables/read-rows.js';
import { priceToApi } from './price-wire.js';

@ApiTags('prices')
@Controller('v1/prices')
export class PricesController {
  constructor(
    @Inject(PRICES) private readonly prices: Prices,
    @Inject(IMPORT_PRICES) private readonly importPrices: ImportPrices,
  ) {}

  @Post()
  @ImportRoute({
    scope: 'prices:write',
    columns: PRICE_COLUMNS,
    summary: 'Import contract prices',
    description:
      'A JSON list, or CSV with the columns provider, model, token_class, price_per_1m (per 1,000,000 tokens), currency, ' +
      'from and optionally service_tier, region, context_from, to; one row for each token class. With pricing_model ' +
      'graduated or volume, one row for each tier (volume_from); with package, package_tokens and price_per_package ' +
      'instead of price_per_1m. All of it is taken or nothing. A price is known by provider, model, tier, region and start; what differs becomes its next version.',
    answer: importCounts,
    refusal: 'pricing.import_refused',
  })
  async import(@Body() body: unknown, @Caller() caller: CallerType): Promise<ImportCounts> {
    return unwrap(await this.importPrices.run(caller, unwrap(readRows(body, PRICE_COLUMNS))));
  }

  @Post(':priceVersionId/withdrawal')
  @HttpCode(200)
  @Scopes('prices:write')
  @ApiOperation({
    summary: 'Withdraw a contract price',
    description:
      'For one that should never have been told, such as one of a wrong date: a new version that counts for nothing.',
  })
  @ApiResponse({ status: 200, standardSchema: priceWire })
  @ApiResponse({ status: 404, description: 'pricing.price_not_found' })
  @ApiResponse({
    status: 409,
    description: 'pricing.not_a_contract_price, pricing.price_superseded, pricing.price_withdrawn',
  })
  async withdraw(
    @Param({ schema: pricePath }) { priceVersionId }: PricePath,
    @Caller() caller: CallerType,
  ): Promise<PriceWire> {
    return priceToApi(unwrap(await this.prices.withdraw(caller, priceVersionId)));
  }

  @Get()
  @Scopes('prices:read')
  @ApiOperation({
    summary: 'List the price book: public and contract prices',
    description: 'All versions in the order they were recorded, or with `at` those in force at that time.',
  })
  @ApiResponse({ status: 200, standardSchema: pricePage })
  async list(
    @Query({ schema: priceQuery }) { limit, cursor, ...filter }: PriceQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<PriceWire>> {
    const { provider, model, kind, at } = filter;
    const after = cursor?.[0];
    const prices = await this.prices.list({ accountId, provider, model, kind, at, after, limit: limit + 1 });
    return toPage(prices, limit, ({ priceVersionId }) => [priceVersionId], priceToApi);
  }
}
