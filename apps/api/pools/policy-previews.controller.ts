import { Body, Controller, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type AddPoolPolicyBody,
  addPoolPolicyBody,
  type PolicyPreviewQuery,
  type PolicyPreviewWire,
  type PoolPath,
  policyPreviewQuery,
  policyPreviewWire,
  poolPath,
  toPolicyTerms,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { PREVIEW_POLICY, type PreviewPolicy, type ProposedPolicy } from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { policyPreviewToApi } from './policy-preview-wire.js';

@ApiTags('pools')
@Controller('v1/pools/:pool/policy-previews')
export class PolicyPreviewsController {
  constructor(@Inject(PREVIEW_POLICY) private readonly previewPolicy: PreviewPolicy) {}

  @Post()
  @HttpCode(200)
  @Scopes('costs:write', 'statements:read')
  @ApiOperation({
    summary: 'Tell what of a month a policy would change, team by team; nothing is stored',
    description:
      'Takes what `POST /v1/pools/{pool}/policies` takes, and bills the month as it is and as it would be. Without ' +
      '`validFrom` the policy holds from the next quarter of an hour on, as there: give the start of the month to see it whole. ' +
      'Of a closed month it tells what its corrections would come to.',
  })
  @ApiResponse({ status: 200, standardSchema: policyPreviewWire })
  @ApiResponse({ status: 400, description: 'request.invalid, cost_record.not_on_period_edge, statement.bad_period' })
  @ApiResponse({ status: 404, description: 'cost_record.pool_not_found' })
  @ApiResponse({ status: 409, description: 'cost_record.other_pool_kind, statement.currency_mismatch' })
  @ApiResponse({
    status: 422,
    description: 'cost_record.unknown_pool, cost_record.pools_in_a_circle, cost_record.no_tokens_on_shared_pool',
  })
  @ApiResponse({ status: 429, description: 'statement.busy' })
  async preview(
    @Param({ schema: poolPath }) { pool }: PoolPath,
    @Query({ schema: policyPreviewQuery }) { period }: PolicyPreviewQuery,
    @Body({ schema: addPoolPolicyBody }) body: AddPoolPolicyBody,
    @Caller() { accountId }: CallerType,
  ): Promise<PolicyPreviewWire> {
    const { validFrom } = body;
    const proposed: ProposedPolicy =
      body.kind === 'shared'
        ? { kind: 'shared', pool, validFrom, split: body.split }
        : { kind: 'capacity', pool, validFrom, terms: toPolicyTerms(body) };
    return policyPreviewToApi(unwrap(await this.previewPolicy.preview({ accountId, period }, proposed)));
  }
}
