import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type DeliveriesQuery,
  type DeliveryPath,
  type DeliveryWire,
  deliveriesQuery,
  deliveryPage,
  deliveryPath,
  deliveryWire,
  type Page,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { DELIVERIES, type Deliveries } from '#notification';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { deliveryToApi } from './notification-wire.js';

/** What was sent to whom, and what came of it. */
@ApiTags('notifications')
@Controller('v1/notification-deliveries')
export class DeliveriesController {
  constructor(@Inject(DELIVERIES) private readonly deliveries: Deliveries) {}

  @Get()
  @Scopes('notifications:read')
  @ApiOperation({
    summary: 'The delivery log, the latest first',
    description: 'Each notification on its way to each channel, with its attempts. Kept for 90 days after its end.',
  })
  @ApiResponse({ status: 200, standardSchema: deliveryPage })
  async list(
    @Query({ schema: deliveriesQuery }) { limit, cursor, channel, state }: DeliveriesQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<DeliveryWire>> {
    const page = { accountId, channel, state, after: cursor?.[0], limit: limit + 1 };
    return toPage(await this.deliveries.list(page), limit, ({ deliveryId }) => [deliveryId], deliveryToApi);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Scopes('notifications:write')
  @ApiOperation({
    summary: 'Try a delivery again now that failed or waits for its next attempt',
    description: 'Under the same id, with as many attempts as at first.',
  })
  @ApiResponse({ status: 200, standardSchema: deliveryWire })
  @ApiResponse({ status: 404, description: 'notification.delivery_not_found' })
  @ApiResponse({ status: 409, description: 'notification.delivery_not_retryable' })
  async retry(
    @Param({ schema: deliveryPath }) { id }: DeliveryPath,
    @Caller() { accountId }: CallerType,
  ): Promise<DeliveryWire> {
    return deliveryToApi(unwrap(await this.deliveries.retry(accountId, id)));
  }
}
