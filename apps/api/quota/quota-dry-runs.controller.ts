import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { formatInstant } from '#calendar';
import { type QuotaDryRunBody, type QuotaDryRunWire, quotaDryRunBody, quotaDryRunWire } from '#contract';
import type { Caller as CallerType } from '#directory';
import { DRY_RUN_QUOTA, type DryRunQuota } from '#quota';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { amountToApi } from './reservation-wire.js';

const LISTED_MAX = 1_000;

@ApiTags('quotas')
@Controller('v1/quota-dry-runs')
export class QuotaDryRunsController {
  constructor(@Inject(DRY_RUN_QUOTA) private readonly dryRun: DryRunQuota) {}

  @Post()
  @HttpCode(200)
  @Scopes('quotas:read')
  @ApiOperation({
    summary: 'Replay real usage against a quota that is not there yet',
    description:
      'Says who would have passed its limit when. Each request is asked for with what it used; what the quota would have refused counts for ' +
      'nothing after. Overrides and what is carried over are left out.',
  })
  @ApiResponse({ status: 200, standardSchema: quotaDryRunWire })
  @ApiResponse({ status: 400, description: 'quota.bad_definition, quota.not_replayable' })
  async run(
    @Body({ schema: quotaDryRunBody }) { definition, days }: QuotaDryRunBody,
    @Caller() { accountId }: CallerType,
  ): Promise<QuotaDryRunWire> {
    const { from, beyond, ...counts } = unwrap(await this.dryRun.run({ accountId, definition, days }));
    const text = (amount: bigint) => amountToApi(definition.measure, amount);
    return {
      ...counts,
      from: formatInstant(from),
      beyond: beyond.slice(0, LISTED_MAX).map((window) => ({
        subject: window.subject,
        windowStart: formatInstant(window.start),
        windowEnd: formatInstant(window.end),
        limit: text(window.limit),
        used: text(window.used),
        requests: window.requests,
        beyondRequests: window.beyondRequests,
        beyondAmount: text(window.beyondAmount),
        firstBeyondAt: formatInstant(window.firstBeyondAt ?? window.end),
      })),
      moreBeyond: Math.max(0, beyond.length - LISTED_MAX),
    };
  }
}
