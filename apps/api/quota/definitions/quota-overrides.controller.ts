import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type AddOverrideBody,
  addOverrideBody,
  type Page,
  type QuotaOverridePath,
  type QuotaOverrideQuery,
  type QuotaOverrideWire,
  type QuotaPath,
  type QuotaWithdrawalQuery,
  quotaOverridePage,
  quotaOverridePath,
  quotaOverrideQuery,
  quotaOverrideWire,
  quotaPath,
  quotaWithdrawalQuery,
  type TransferBody,
  type TransferWire,
  toPage,
  transferBody,
  transferWire,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { QUOTA_OVERRIDES, QUOTA_TRANSFERS, type QuotaOverrides, type QuotaTransfers } from '#quota';
import { Caller, Scopes } from '../../auth/decorators.js';
import { unwrap } from '../../problem/failure.exception.js';
import { overrideToApi } from './quota-wire.js';

const NOT_FOUND = { status: 404, description: 'quota.quota_not_found' };

@ApiTags('quotas')
@Controller('v1')
export class QuotaOverridesController {
  constructor(
    @Inject(QUOTA_OVERRIDES) private readonly overrides: QuotaOverrides,
    @Inject(QUOTA_TRANSFERS) private readonly transfers: QuotaTransfers,
  ) {}

  @Post('quotas/:quota/overrides')
  @Scopes('quotas:write')
  @ApiOperation({
    summary: 'Change a limit for some windows',
    description:
      'By an amount or per cent of it, for a number of windows from the running one or those that begin before an instant.',
  })
  @ApiResponse({ status: 201, standardSchema: quotaOverrideWire })
  @ApiResponse({
    status: 400,
    description: 'quota.bad_amount, quota.nothing_changed, quota.bad_subject, quota.no_window',
  })
  @ApiResponse(NOT_FOUND)
  @ApiResponse({ status: 409, description: 'quota.too_many_overrides' })
  async add(
    @Param({ schema: quotaPath }) { quota }: QuotaPath,
    @Body({ schema: addOverrideBody }) body: AddOverrideBody,
    @Caller() caller: CallerType,
  ): Promise<QuotaOverrideWire> {
    return overrideToApi(unwrap(await this.overrides.add(caller, { quota, ...body })));
  }

  @Get('quotas/:quota/overrides')
  @Scopes('quotas:read')
  @ApiOperation({ summary: 'Changes of a limit, in the order they were made', description: 'Those that are over too.' })
  @ApiResponse({ status: 200, standardSchema: quotaOverridePage })
  @ApiResponse(NOT_FOUND)
  async list(
    @Param({ schema: quotaPath }) { quota }: QuotaPath,
    @Query({ schema: quotaOverrideQuery }) { limit, cursor }: QuotaOverrideQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<QuotaOverrideWire>> {
    const page = { accountId, quota, after: cursor?.[0], limit: limit + 1 };
    const found = unwrap(await this.overrides.list(page));
    return toPage(found, limit, ({ overrideId }) => [overrideId], overrideToApi);
  }

  @Delete('quotas/:quota/overrides/:overrideId')
  @HttpCode(204)
  @Scopes('quotas:write')
  @ApiOperation({
    summary: 'Withdraw a change of a limit',
    description:
      'From now on it counts for no window, the running one neither. Of a transfer both sides are withdrawn.',
  })
  @ApiResponse({ status: 204, description: 'It is withdrawn' })
  @ApiResponse({ status: 404, description: 'quota.override_not_found' })
  @ApiResponse({ status: 409, description: 'quota.override_withdrawn' })
  async withdraw(
    @Param({ schema: quotaOverridePath }) { quota, overrideId }: QuotaOverridePath,
    @Query({ schema: quotaWithdrawalQuery }) { reason }: QuotaWithdrawalQuery,
    @Caller() caller: CallerType,
  ): Promise<void> {
    unwrap(await this.overrides.withdraw(caller, { quota, overrideId, reason }));
  }

  @Post('quota-transfers')
  @Scopes('quotas:write')
  @ApiOperation({
    summary: 'Have a team give some of its limit to another one',
    description:
      'Both are booked on one cost centre now. From and to name quotas of teams with the same measure and window; the same quota, ' +
      'where each team has a limit of its own. What was used is not looked at.',
  })
  @ApiResponse({ status: 201, standardSchema: transferWire })
  @ApiResponse({
    status: 400,
    description: 'quota.bad_transfer, quota.bad_amount, quota.above_limit, quota.no_window',
  })
  @ApiResponse(NOT_FOUND)
  @ApiResponse({ status: 409, description: 'quota.other_cost_center, quota.too_many_overrides' })
  async transfer(
    @Body({ schema: transferBody }) body: TransferBody,
    @Caller() caller: CallerType,
  ): Promise<TransferWire> {
    const { given, received } = unwrap(await this.transfers.make(caller, body));
    return { given: overrideToApi(given), received: overrideToApi(received) };
  }
}
