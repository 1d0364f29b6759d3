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
import {
  type CountDifference,
  type CountParts,
  faultsIn,
  type Quota,
  type QuotaAmount,
  type StoreVerification,
  VERIFY_QUOTAS,
  type VerifyQuotas,
} from '#quota';
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
    description:
      'At one moment; usage and reservations go on meanwhile. Where Redis decides, what it has is compared too, and made anew if ' +
      'anything is wrong. The worker does it each night.',
  })
  @ApiResponse({ status: 200, standardSchema: quotaVerificationWire })
  @ApiResponse({ status: 409, description: 'quota.verification_running' })
  async run(
    @Body({ schema: quotaVerificationBody }) { since, repair }: QuotaVerificationBody,
    @Caller() { accountId }: CallerType,
  ): Promise<QuotaVerificationWire> {
    const verified = await this.verify.run({ accountId, since: since ?? this.clock.now() - DEFAULT_SPAN_MS, repair });
    const verification = unwrap(verified);
    const { counts, events, differences, store } = verification;
    const faults = faultsIn(verification);
    const agrees = faults.counts + faults.store === 0;
    return {
      ...{ counts, events, agrees },
      repaired: repair && !agrees,
      differences: differences.slice(0, LISTED_MAX).map(differenceToApi),
      moreDifferences: Math.max(0, differences.length - LISTED_MAX),
      store: storeToApi(store),
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

function storeToApi(store: StoreVerification | undefined): QuotaVerificationWire['store'] {
  if (store?.outcome !== 'compared') return store ?? null;
  const { outcome, counts, reservations, heldCompared, differences, moreDifferences } = store;
  return {
    ...{ outcome, counts, reservations, heldCompared, moreDifferences },
    differences: differences.map(({ quota, name, counted, expected, part }) => ({
      quota: quota?.name ?? null,
      subject: name.subject,
      measure: quota?.measure ?? null,
      windowStart: quota?.window.kind === 'now' ? null : formatInstant(name.start),
      part,
      counted: counted === null ? null : textOf(quota, counted),
      expected: textOf(quota, expected),
    })),
    missingReservations: [...store.missing],
    moreMissingReservations: store.moreMissing,
  };
}

function textOf(quota: Quota | undefined, amount: QuotaAmount): string {
  return quota ? amountToApi(quota.measure, amount) : amount.toString();
}
