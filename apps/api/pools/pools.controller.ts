import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type AddPoolPolicyBody,
  addPoolPolicyBody,
  type CreatePoolBody,
  createPoolBody,
  type NamedPageQuery,
  namedPageQuery,
  type Page,
  type PoolPath,
  type PoolWire,
  poolPage,
  poolPath,
  poolWire,
  toPage,
  toPolicyTerms,
} from '#contract';
import { POOLS, type Pool, type Pools, SHARED_POOLS, type SharedPools } from '#cost-record';
import type { Caller as CallerType } from '#directory';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { poolToApi } from './pool-wire.js';

/** What a split can be refused for. */
const MISFITS = 'cost_record.unknown_pool, cost_record.pools_in_a_circle, cost_record.no_tokens_on_shared_pool';

@ApiTags('pools')
@Controller('v1/pools')
export class PoolsController {
  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(SHARED_POOLS) private readonly sharedPools: SharedPools,
  ) {}

  @Get()
  @Scopes('costs:read')
  @ApiOperation({ summary: 'List the pools with their policies' })
  @ApiResponse({ status: 200, standardSchema: poolPage })
  async list(
    @Query({ schema: namedPageQuery }) { limit, cursor }: NamedPageQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<PoolWire>> {
    const pools = await this.pools.list({ accountId, after: cursor?.[0], limit: limit + 1 });
    return toPage(pools, limit, ({ pool }) => [pool], poolToApi);
  }

  @Post()
  @Scopes('costs:write')
  @ApiOperation({
    summary: 'Make a pool with its first policy',
    description:
      'A pool of capacity, whose instances serve models, or of the kind `shared`: cost without instances that is split over ' +
      'teams or over other pools, which may be shared ones in turn.',
  })
  @ApiResponse({ status: 201, standardSchema: poolWire })
  @ApiResponse({ status: 400, description: 'request.invalid, cost_record.not_on_period_edge' })
  @ApiResponse({ status: 409, description: 'cost_record.pool_exists' })
  @ApiResponse({ status: 422, description: MISFITS })
  async create(
    @Body({ schema: createPoolBody }) body: CreatePoolBody,
    @Caller() caller: CallerType,
  ): Promise<PoolWire> {
    const { pool, validFrom } = body;
    const made =
      body.kind === 'shared'
        ? await this.sharedPools.create(caller, { pool, validFrom, split: body.split })
        : await this.pools.create(caller, { pool, validFrom, terms: toPolicyTerms(body) });
    return poolToApi(unwrap<Pool>(made));
  }

  @Get(':pool')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'One pool with all versions of its policy' })
  @ApiResponse({ status: 200, standardSchema: poolWire })
  @ApiResponse({ status: 404, description: 'cost_record.pool_not_found' })
  async find(@Param({ schema: poolPath }) { pool }: PoolPath, @Caller() { accountId }: CallerType): Promise<PoolWire> {
    return poolToApi(unwrap(await this.pools.find(accountId, pool)));
  }

  @Post(':pool/policies')
  @Scopes('costs:write')
  @ApiOperation({
    summary: 'Change how the cost of a pool is attributed',
    description:
      'A new version of the policy that holds from `validFrom` on. Saying what holds already changes nothing.',
  })
  @ApiResponse({ status: 201, standardSchema: poolWire })
  @ApiResponse({ status: 400, description: 'request.invalid, cost_record.not_on_period_edge' })
  @ApiResponse({ status: 404, description: 'cost_record.pool_not_found' })
  @ApiResponse({ status: 409, description: 'cost_record.other_pool_kind' })
  @ApiResponse({ status: 422, description: MISFITS })
  async addPolicy(
    @Param({ schema: poolPath }) { pool }: PoolPath,
    @Body({ schema: addPoolPolicyBody }) body: AddPoolPolicyBody,
    @Caller() caller: CallerType,
  ): Promise<PoolWire> {
    const { validFrom } = body;
    const changed =
      body.kind === 'shared'
        ? await this.sharedPools.addPolicy(caller, { pool, validFrom, split: body.split })
        : await this.pools.addPolicy(caller, { pool, validFrom, terms: toPolicyTerms(body) });
    return poolToApi(unwrap<Pool>(changed));
  }
}
