import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Clock, formatInstant } from '#calendar';
import {
  type CostCenterPath,
  type CostCenterWire,
  costCenterPage,
  costCenterPath,
  costCenterWire,
  type NamedPageQuery,
  namedPageQuery,
  type Page,
  type SetCostCenterBody,
  setCostCenterBody,
  toPage,
} from '#contract';
import { businessUnitAt, type Caller as CallerType, COST_CENTERS, type CostCenter, type CostCenters } from '#directory';
import { CLOCK } from '#platform';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';

@ApiTags('cost centres')
@Controller('v1/cost-centers')
export class CostCentersController {
  constructor(
    @Inject(COST_CENTERS) private readonly costCenters: CostCenters,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Scopes('directory:read')
  @ApiOperation({ summary: 'List the cost centres of which something was said, with their business units' })
  @ApiResponse({ status: 200, standardSchema: costCenterPage })
  async list(
    @Query({ schema: namedPageQuery }) { limit, cursor }: NamedPageQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<CostCenterWire>> {
    const costCenters = await this.costCenters.list({ accountId, after: cursor?.[0], limit: limit + 1 });
    return toPage(
      costCenters,
      limit,
      ({ costCenter }) => [costCenter],
      (costCenter) => this.toApi(costCenter),
    );
  }

  @Get(':costCenter')
  @Scopes('directory:read')
  @ApiOperation({ summary: 'One cost centre with all versions of its business unit' })
  @ApiResponse({ status: 200, standardSchema: costCenterWire })
  @ApiResponse({ status: 404, description: 'directory.cost_center_not_found' })
  async find(
    @Param({ schema: costCenterPath }) { costCenter }: CostCenterPath,
    @Caller() { accountId }: CallerType,
  ): Promise<CostCenterWire> {
    return this.toApi(unwrap(await this.costCenters.find(accountId, costCenter)));
  }

  @Put(':costCenter')
  @Scopes('directory:write')
  @ApiOperation({
    summary: 'Say which business unit a cost centre belongs to',
    description:
      'A new version that holds from `validFrom` on. Months roll up by what holds as they end; closed ones stay.',
  })
  @ApiResponse({ status: 200, standardSchema: costCenterWire })
  async set(
    @Param({ schema: costCenterPath }) { costCenter }: CostCenterPath,
    @Body({ schema: setCostCenterBody }) { businessUnit, validFrom }: SetCostCenterBody,
    @Caller() caller: CallerType,
  ): Promise<CostCenterWire> {
    return this.toApi(await this.costCenters.set(caller, { costCenter, businessUnit, validFrom }));
  }

  private toApi({ costCenter, versions }: CostCenter): CostCenterWire {
    return {
      costCenter,
      businessUnit: businessUnitAt(versions, this.clock.now()),
      versions: versions.map(({ version, validFrom, businessUnit, recordedAt, recordedBy }) => ({
        version,
        validFrom: formatInstant(validFrom),
        businessUnit,
        recordedAt: formatInstant(recordedAt),
        recordedBy,
      })),
    };
  }
}
