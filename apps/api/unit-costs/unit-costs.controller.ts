import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type UnitCostsQuery, type UnitCostsWire, unitCostsQuery, unitCostsReport } from '#contract';
import type { Caller as CallerType } from '#directory';
import { EXPLORE_UNIT_COSTS, type ExploreUnitCosts } from '#report';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BAD_PERIOD, BUSY, CURRENCY } from '../statements/failures.js';
import { unitCostsToApi } from './unit-cost-wire.js';

@ApiTags('unit costs')
@Controller('v1/unit-costs')
export class UnitCostsController {
  constructor(@Inject(EXPLORE_UNIT_COSTS) private readonly unitCosts: ExploreUnitCosts) {}

  @Get()
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'What tokens cost, by model, pool, team, tier, region, hour, …',
    description:
      'Used cost by tokens, with what is known now, closed or not; rows sum to what statements show as used, save their rounding. Beside it ' +
      'how well the pool was used, and what providers ask in public for a model of that name.',
  })
  @ApiResponse({ status: 200, standardSchema: unitCostsReport })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(CURRENCY)
  @ApiResponse({ status: 422, description: 'statement.too_many_facets, report.too_many_rows' })
  @ApiResponse(BUSY)
  async find(
    @Query({ schema: unitCostsQuery }) { period, by, compare, ...only }: UnitCostsQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<UnitCostsWire> {
    const input = { accountId, period, by, only, withPrevious: compare === 'previous' };
    return unitCostsToApi(by, unwrap(await this.unitCosts.explore(input)));
  }
}
