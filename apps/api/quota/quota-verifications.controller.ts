import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Clock, formatInstant } from '#calendar';
import {
  type QuotaVerificationBody,
  type QuotaVerificationWire,
  quotaVerificationBody,
  quotaVerificationWire,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { CLOCK } from '#platform';
import { type CountDifference, type CountParts, VERIFY_QUOTAS, type VerifyQuotas } from '#quota';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { amountToApi } from './reservation-wire.js';

const DEFAULT_SPAN_MS = 2 * 86_400_000;
const LISTED_MAX = 1_000;

@ApiTags('quotas')
@Controller('v1/quota/verifications')
export class QuotaVerificationsController {
  constructor(
    @Inject(VERIFY_QUOTAS) private readonly verify: VerifyQuotas,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @Scopes('quotas:write')
  @ApiOperation({
    summary: 'Count again from the metered usage, compare, and put right what differs',
    description: 'At one moment; usage and reservations go on meanwhile. The worker does it each night.',
  })
  @ApiResponse({ status: 200, standardSchema: quotaVerificationWire })
  @ApiResponse({ status: 409, description: 'quota.verification_running' })
  async run(
    @Body({ schema: quotaVerificationBody }) { since, repair }: QuotaVerificationBody,
    @Caller() { accountId }: CallerType,
  ): Promise<QuotaVerificationWire> {
    const verified = await this.verify.run({ accountId, since: since ?? this.clock.now() - DEFAULT_SPAN_MS, repair });
    const { counts, events, differences, repaired } = unwrap(verified);
    return {
      ...{ counts, events, repaired },
      agrees: differences.length === 0,
      differences: differences.slice(0, LISTED_MAX).map(differenceToApi),
      moreDifferences: Math.max(0, differences.length - LISTED_MAX),
    };
  }
}

function differenceToApi({ quota: { name, measure, window }, name: count, counted, expected }: CountDifference) {
  const parts = ({ used, settled, held }: CountParts) => ({
    used: amountToApi(measure, used),
    settled: amountToApi(measure, settled),
    held: amountToApi(measure, held),
  });
  return {
    quota: name,
    subject: count.subject,
    measure,
    windowStart: window.kind === 'now' ? null : formatInstant(count.start),
    counted: parts(counted),
    expected: parts(expected),
  };
}
