import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
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
import { positionFromCursor } from '../cost-records/position.js';
import { unwrap } from '../problem/failure.exception.js';
import { readRows } from '../tables/read-rows.js';
import { tableSchema } from '../tables/table-columns.js';

@ApiTags('shared costs')
@Controller('v1/shared-costs')
export class SharedCostsController {
  constructor(
    @Inject(SHARED_COSTS) private readonly sharedCosts: SharedCosts,
    @Inject(IMPORT_SHARED_COSTS) private readonly importSharedCosts: ImportSharedCosts,
  ) {}

  @Post()
  @HttpCode(200)
  @Scopes('costs:write')
  @ApiConsumes('application/json', 'text/csv')
  @ApiBody({ schema: tableSchema(SHARED_COST_COLUMNS) })
  @ApiOperation({
    summary: 'Import what pools of shared cost come to',
    description:
      'A JSON list, or CSV with the columns pool, description, amount, currency, from, to and optionally vendor and ' +
      'list_amount. All of it is taken or nothing. An amount accrues evenly over its time; below zero it is a credit. A cost is ' +
      'known by pool, description, vendor and start; what differs becomes its next version, what does not changes nothing.',
  })
  @ApiResponse({ status: 200, standardSchema: importedCostRecords })
  @ApiResponse({ status: 400, description: 'cost_record.import_refused with each row and column at fault, table.*' })
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
    const position = unwrap(positionFromCursor(cursor));
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
