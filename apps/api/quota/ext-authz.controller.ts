import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '#calendar';
import { EXT_AUTHZ_KEY_HEADER } from '#contract';
import type { Caller as CallerType } from '#directory';
import { CLOCK } from '#platform';
import { type Admission, RESERVATIONS, type Reservations } from '#quota';
import { Caller, KeyHeader, Scopes } from '../auth/decorators.js';
import { RAW_ANY } from '../events/raw-body.js';
import { unwrap } from '../problem/failure.exception.js';
import { askOfGateway } from './ext-authz-request.js';
import { sendRateLimits, sendRetryAfter } from './rate-limit-headers.js';
import { sendRefusal } from './send-refusal.js';

/**
 * What Envoy's `ext_authz` filter asks before it lets a request pass, as an HTTP service: with the client's method, and its path
 * behind ours. 200 lets it pass; any other answer does not, whatever went wrong. No document of the API names these routes: they
 * have every method there is.
 */
@ApiExcludeController()
@Controller('v1/quota')
@KeyHeader(EXT_AUTHZ_KEY_HEADER)
@Scopes('quotas:reserve')
export class ExtAuthzController {
  constructor(
    @Inject(RESERVATIONS) private readonly reservations: Reservations,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @All(['ext-authz', 'ext-authz/*'])
  @RouteConfig(RAW_ANY)
  async reserve(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() { accountId }: CallerType,
  ): Promise<void> {
    const reserved = unwrap(await this.reservations.reserve(askOfGateway(accountId, request.headers, request.body)));
    if (reserved.reservation) reply.header('x-apportion-reservation-id', reserved.reservation.reservationId);
    this.answer(request, reply, reserved);
  }

  /** A path of its own and no parameter: the path and query behind ours are the client's, who must not choose. */
  @All(['ext-authz-check', 'ext-authz-check/*'])
  @RouteConfig(RAW_ANY)
  async check(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() { accountId }: CallerType,
  ): Promise<void> {
    const admission = unwrap(await this.reservations.check(askOfGateway(accountId, request.headers, request.body)));
    this.answer(request, reply, admission);
  }

  private answer(request: FastifyRequest, reply: FastifyReply, { decision, verdicts, uncounted }: Admission): void {
    const now = this.clock.now();
    sendRateLimits(reply, verdicts, now);
    const retryAfter = sendRetryAfter(reply, verdicts, now);
    if (decision === 'refused') return sendRefusal(request, reply, verdicts, retryAfter);
    reply.header('x-apportion-priority', decision === 'throttled' ? 'low' : 'normal');
    if (uncounted) reply.header('x-apportion-uncounted', 'true');
    void reply.status(200).send();
  }
}
