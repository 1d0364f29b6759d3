import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { formatInstant } from '#calendar';
import {
  type ImportedCostRecords,
  importedCostRecords,
  type Page,
  type SharedCostPath,
  type SharedCostQuery,
  type SharedCostVersions,
  type SharedCostWire,
  sharedCostPage,
  sharedCostPath,
  sharedCostQuery,
  sharedCostVersions,
  toPage,
} from '#contract';
import {
  IMPORT_SHARED_COSTS,
  type ImportSharedCosts,
  type RecordedSharedCost,
  SHARED_COST_COLUMNS,
  SHARED_COSTS,
  type SharedCosts,
} from '#cost-record';
import type { Caller as CallerType } from '#directory';
import { formatPicos } from '#money';
import { Caller, Scopes } from '../auth/decorators.js';
import { positionOf } from '../cost-records/position.js';
import { unwrap } from '../problem/failure.exception.js';
import { ImportRoute } from '../tables/import-route.js';
import { readRows } from '../tables/read-rows.js';

@ApiTags('shared costs')
@Controller('v1/shared-costs')
export class SharedCostsController {
  constructor(
    @Inject(SHARED_COSTS) private readonly sharedCosts: SharedCosts,
    @Inject(IMPORT_SHARED_COSTS) private readonly importSharedCosts: ImportSharedCosts,
  ) {}

  @Post()
  @ImportRoute({
    scope: 'costs:write',
    columns: SHARED_COST_COLUMNS,
    summary: 'Import what pools of shared cost come to',
    description:
      'A JSON list, or CSV with the columns pool, description, amount, currency, from, to and optionally vendor and ' +
      'list_amount. All of it is taken or nothing. An amount accrues evenly over its time; below zero it is a credit. A cost is ' +
      'known by pool, description, vendor and start; what differs becomes its next version, what does not changes nothing.',
    answer: importedCostRecords,
    refusal: 'cost_record.import_refused',
  })
  async import(@Body() body: unknown, @Caller() caller: CallerType): Promise<ImportedCostRecords> {
    const imported = unwrap(await this.importSharedCosts.run(caller, unwrap(readRows(body, SHARED_COST_COLUMNS))));
    return { ...imported, warnings: [...imported.warnings] };
  }

  @Get()
  @Scopes('costs:read')
  @ApiOperation({ summary: 'List the shared costs, each in its current version' })
  @ApiResponse({ status: 200, standardSchema: sharedCostPage })
  async list(
    @Query({ schema: sharedCostQuery }) { limit, cursor, pool }: SharedCostQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<SharedCostWire>> {
    const position = cursor && positionOf(cursor);
    const after = position && { ...position, sharedCostId: position.id };
    const costs = await this.sharedCosts.list({ accountId, pool, after, limit: limit + 1 });
    const keyOf = (one: RecordedSharedCost) => [one.pool, String(one.validFrom), one.sharedCostId];
    return toPage(costs, limit, keyOf, toApi);
  }

  @Get(':sharedCostId')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'All versions of a shared cost, the current one last' })
  @ApiResponse({ status: 200, standardSchema: sharedCostVersions })
  @ApiResponse({ status: 404, description: 'cost_record.shared_cost_not_found' })
  async find(
    @Param({ schema: sharedCostPath }) { sharedCostId }: SharedCostPath,
    @Caller() { accountId }: CallerType,
  ): Promise<SharedCostVersions> {
    return { data: unwrap(await this.sharedCosts.versions(accountId, sharedCostId)).map(toApi) };
  }
}

function toApi({ amount, listAmount, validFrom, validTo, recordedAt, ...rest }: RecordedSharedCost): SharedCostWire {
  return {
    ...rest,
    amount: formatPicos(amount),
    listAmount: formatPicos(listAmount),
    from: formatInstant(validFrom),
    to: formatInstant(validTo),
    recordedAt: formatInstant(recordedAt),
  };
}
