import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type ImportCounts,
  importCounts,
  type Page,
  type PurchasePath,
  type PurchaseQuery,
  type PurchaseVersions,
  type PurchaseWire,
  purchasePage,
  purchasePath,
  purchaseQuery,
  purchaseVersions,
  toPage,
} from '#contract';
import {
  IMPORT_PURCHASES,
  type ImportPurchases,
  PURCHASE_COLUMNS,
  PURCHASES,
  type Purchases,
  type RecordedPurchase,
} from '#cost-record';
import type { Caller as CallerType } from '#directory';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { ImportRoute } from '../tables/import-route.js';
import { readRows } from '../tables/read-rows.js';
import { purchaseToApi } from './purchase-wire.js';

@ApiTags('capacity purchases')
@Controller('v1/capacity-purchases')
export class CapacityPurchasesController {
  constructor(
    @Inject(PURCHASES) private readonly purchases: Purchases,
    @Inject(IMPORT_PURCHASES) private readonly importPurchases: ImportPurchases,
  ) {}

  @Post()
  @ImportRoute({
    scope: 'costs:write',
    columns: PURCHASE_COLUMNS,
    summary: 'Import capacity bought for a term: reservations, commitments, hardware of your own',
    description:
      'A JSON list, or CSV with the same columns in snake case. All of it is taken or nothing. A purchase is known by its ' +
      'name; what differs becomes its next version, what does not changes nothing. Rows of the same name with other ' +
      'terms_from are the hourly terms that follow. It is owed whether its instances run or not: what cost records of the ' +
      'same pool, provider, region, instance type and pricing model do not use is idle, what they use beyond it costs ' +
      'their own rate. Without such records all of it is taken as running.',
    answer: importCounts,
    refusal: 'cost_record.import_refused',
  })
  async import(@Body() body: unknown, @Caller() caller: CallerType): Promise<ImportCounts> {
    return unwrap(await this.importPurchases.run(caller, unwrap(readRows(body, PURCHASE_COLUMNS))));
  }

  @Get()
  @Scopes('costs:read')
  @ApiOperation({ summary: 'List the purchases of capacity, each in its current version' })
  @ApiResponse({ status: 200, standardSchema: purchasePage })
  async list(
    @Query({ schema: purchaseQuery }) { limit, cursor, pool }: PurchaseQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<PurchaseWire>> {
    const purchases = await this.purchases.list({ accountId, pool, after: cursor?.[0], limit: limit + 1 });
    return toPage(purchases, limit, ({ purchase }: RecordedPurchase) => [purchase], purchaseToApi);
  }

  @Get(':purchase')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'All versions of a purchase, the current one last' })
  @ApiResponse({ status: 200, standardSchema: purchaseVersions })
  @ApiResponse({ status: 404, description: 'cost_record.purchase_not_found' })
  async find(
    @Param({ schema: purchasePath }) { purchase }: PurchasePath,
    @Caller() { accountId }: CallerType,
  ): Promise<PurchaseVersions> {
    return { data: unwrap(await this.purchases.versions(accountId, purchase)).map(purchaseToApi) };
  }
}
