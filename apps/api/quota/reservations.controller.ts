import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '#calendar';
import {
  type AdmissionWire,
  admissionWire,
  type ExtendBody,
  extendBody,
  IDEMPOTENCY_KEY,
  type QuotaCheckBody,
  quotaCheckBody,
  type ReservationBody,
  type ReservationPath,
  type ReservationWire,
  reservationBody,
  reservationPath,
  reservationWire,
  reservedWire,
  type SettleBody,
  settleBody,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { CLOCK } from '#platform';
import { RESERVATIONS, type Reservations, type Reserved } from '#quota';
import { Caller, Scopes } from '../auth/decorators.js';
import { FailureException, unwrap } from '../problem/failure.exception.js';
import { sendRateLimits, sendRetryAfter } from './rate-limit-headers.js';
import { admissionToApi, askFromApi, reservationToApi } from './reservation-wire.js';
import { sendRefusal } from './send-refusal.js';

const PATH = 'v1/quota';
export const RESERVATIONS_PATH = `${PATH}/reservations`;
export const RESERVE_SCOPE = 'quotas:reserve';

@ApiTags('quotas')
@Controller(PATH)
export class ReservationsController {
  constructor(
    @Inject(RESERVATIONS) private readonly reservations: Reservations,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('reservations')
  @Scopes(RESERVE_SCOPE)
  @ApiOperation({
    summary: 'Hold what a request is expected to use',
    description:
      'All quotas that apply are asked in one step: all of them hold the estimate or none does. Settle it with what was used, or ' +
      'send the usage event with its `reservationId`; release it if the request is not made; else it expires by itself.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and request again give the same reservation',
  })
  @ApiResponse({ status: 201, standardSchema: reservedWire, description: 'Admitted; `RateLimit` says what is left' })
  @ApiResponse({ status: 409, description: 'quota.idempotency_key_reused' })
  @ApiResponse({
    status: 429,
    description: 'quota.exceeded: `quotas` names every one that refused, with the end of its window; see Retry-After',
  })
  @ApiResponse({ status: 503, description: 'quota.counts_unavailable: a quota that applies fails closed' })
  async reserve(
    @Body({ schema: reservationBody }) body: ReservationBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() { accountId }: CallerType,
  ): Promise<void> {
    const { subject, estimate } = askFromApi(accountId, body);
    const idempotencyKey = idempotencyKeyOf(request);
    const reserved = unwrap(
      await this.reservations.reserve({ accountId, subject, estimate, ttlMs: body.ttlMs, idempotencyKey }),
    );
    const now = this.clock.now();
    sendRateLimits(reply, reserved.verdicts, now);
    const retryAfter = sendRetryAfter(reply, reserved.verdicts, now);
    if (reserved.decision === 'refused') return sendRefusal(request, reply, reserved.verdicts, retryAfter);
    void reply.status(201).send(reservedToApi(reserved));
  }

  @Post('check')
  @HttpCode(200)
  @Scopes(RESERVE_SCOPE)
  @ApiOperation({ summary: 'Ask whether a request would be admitted', description: 'Nothing is held.' })
  @ApiResponse({ status: 200, standardSchema: admissionWire, description: 'Also where the decision is refused' })
  @ApiResponse({ status: 503, description: 'quota.counts_unavailable' })
  async check(
    @Body({ schema: quotaCheckBody }) body: QuotaCheckBody,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() { accountId }: CallerType,
  ): Promise<AdmissionWire> {
    const admission = unwrap(await this.reservations.check(askFromApi(accountId, body)));
    sendRateLimits(reply, admission.verdicts, this.clock.now());
    return admissionToApi(admission);
  }

  @Get('reservations/:reservationId')
  @Scopes(RESERVE_SCOPE)
  @ApiOperation({ summary: 'Show a reservation' })
  @ApiResponse({ status: 200, standardSchema: reservationWire })
  @ApiResponse({ status: 404, description: 'quota.reservation_not_found' })
  async get(
    @Param({ schema: reservationPath }) { reservationId }: ReservationPath,
    @Caller() { accountId }: CallerType,
  ): Promise<ReservationWire> {
    return reservationToApi(unwrap(await this.reservations.get(accountId, reservationId)));
  }

  @Post('reservations/:reservationId/settle')
  @HttpCode(200)
  @Scopes(RESERVE_SCOPE)
  @ApiOperation({
    summary: 'Settle a reservation with what was used',
    description:
      'Also with more than was held: that is counted, and denies the next. Settling again changes nothing. One that expired is ' +
      'settled all the same. When the usage event with its id is metered, that is what counts.',
  })
  @ApiResponse({ status: 200, standardSchema: reservationWire })
  @ApiResponse({ status: 404, description: 'quota.reservation_not_found' })
  @ApiResponse({ status: 409, description: 'quota.reservation_released' })
  @ApiResponse({ status: 503, description: 'quota.counts_unavailable: ask again, for it may have been done' })
  async settle(
    @Param({ schema: reservationPath }) { reservationId }: ReservationPath,
    @Body({ schema: settleBody }) { used }: SettleBody,
    @Caller() { accountId }: CallerType,
  ): Promise<ReservationWire> {
    return reservationToApi(unwrap(await this.reservations.settle({ accountId, reservationId, used })));
  }

  @Post('reservations/:reservationId/release')
  @HttpCode(200)
  @Scopes(RESERVE_SCOPE)
  @ApiOperation({ summary: 'Give back what is held: the request was not made', description: 'Again changes nothing.' })
  @ApiResponse({ status: 200, standardSchema: reservationWire })
  @ApiResponse({ status: 404, description: 'quota.reservation_not_found' })
  @ApiResponse({ status: 409, description: 'quota.reservation_settled' })
  @ApiResponse({ status: 503, description: 'quota.counts_unavailable: ask again, for it may have been done' })
  async release(
    @Param({ schema: reservationPath }) { reservationId }: ReservationPath,
    @Caller() { accountId }: CallerType,
  ): Promise<ReservationWire> {
    return reservationToApi(unwrap(await this.reservations.release(accountId, reservationId)));
  }

  @Post('reservations/:reservationId/extend')
  @HttpCode(200)
  @Scopes(RESERVE_SCOPE)
  @ApiOperation({ summary: 'Hold a reservation for longer', description: 'Never for less than it is held already.' })
  @ApiResponse({ status: 200, standardSchema: reservationWire })
  @ApiResponse({ status: 404, description: 'quota.reservation_not_found' })
  @ApiResponse({ status: 409, description: 'quota.reservation_ended' })
  async extend(
    @Param({ schema: reservationPath }) { reservationId }: ReservationPath,
    @Body({ schema: extendBody }) { ttlMs }: ExtendBody,
    @Caller() { accountId }: CallerType,
  ): Promise<ReservationWire> {
    return reservationToApi(unwrap(await this.reservations.extend(accountId, reservationId, ttlMs)));
  }
}

function reservedToApi(reserved: Reserved) {
  const { reservation } = reserved;
  const { decision, priority, uncounted, estimate, quotas } = admissionToApi(reserved);
  return {
    reservationId: reservation?.reservationId ?? null,
    expiresAt: reservation && new Date(reservation.expiresAt).toISOString(),
    decision,
    priority,
    uncounted,
    estimate,
    quotas,
  };
}

function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  throw new FailureException({
    kind: 'invalid',
    code: 'quota.bad_idempotency_key',
    detail: 'Idempotency-Key must be one to 255 visible ASCII characters.',
  });
}
