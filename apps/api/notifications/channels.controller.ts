import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { formatInstant } from '#calendar';
import {
  type ChannelPath,
  type ChannelsQuery,
  type ChannelTestWire,
  type ChannelWire,
  type CreateChannelBody,
  type CreatedChannelWire,
  channelPage,
  channelPath,
  channelsQuery,
  channelTestWire,
  channelWire,
  createChannelBody,
  createdChannelWire,
  type Page,
  type RemoveChannelQuery,
  type RotatedSecretWire,
  type RotateSecretBody,
  removeChannelQuery,
  rotatedSecretWire,
  rotateSecretBody,
  type SetChannelBody,
  setChannelBody,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { CHANNELS, type Channels, TEST_CHANNEL, type TestChannel } from '#notification';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { channelToApi } from './notification-wire.js';

const NOT_FOUND = { status: 404, description: 'notification.channel_not_found' };
const HOUR_MS = 3_600_000;

/** The ways to tell people. */
@ApiTags('notifications')
@Controller('v1/notification-channels')
export class ChannelsController {
  constructor(
    @Inject(CHANNELS) private readonly channels: Channels,
    @Inject(TEST_CHANNEL) private readonly testChannel: TestChannel,
  ) {}

  @Post()
  @Scopes('notifications:write')
  @ApiOperation({
    summary: 'Make a channel: a signed webhook, a webhook of Slack, or e-mail',
    description:
      'A webhook is signed as Standard Webhooks say, with the secret that is in this answer alone. A URL must be https and lead to a ' +
      'public address, which is looked at again with each message.',
  })
  @ApiResponse({ status: 201, standardSchema: createdChannelWire })
  @ApiResponse({ status: 400, description: 'notification.bad_url, request.invalid' })
  @ApiResponse({ status: 409, description: 'notification.channel_exists, notification.too_many_channels' })
  @ApiResponse({ status: 422, description: 'notification.mail_not_set_up' })
  async create(
    @Body({ schema: createChannelBody }) { name, kind, topics, ...body }: CreateChannelBody,
    @Caller() caller: CallerType,
  ): Promise<CreatedChannelWire> {
    const { teams = null, url = null, recipients = null, reason = null } = body;
    const input = { channel: name, kind, topics, teams, url, recipients, reason };
    const { channel, secret } = unwrap(await this.channels.create(caller, input));
    return { ...channelToApi(channel), secret };
  }

  @Get()
  @Scopes('notifications:read')
  @ApiOperation({ summary: 'List the channels by name' })
  @ApiResponse({ status: 200, standardSchema: channelPage })
  async list(
    @Query({ schema: channelsQuery }) { limit, cursor }: ChannelsQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<ChannelWire>> {
    const channels = await this.channels.list({ accountId, after: cursor?.[0], limit: limit + 1 });
    return toPage(channels, limit, ({ channel }) => [channel], channelToApi);
  }

  @Get(':name')
  @Scopes('notifications:read')
  @ApiOperation({ summary: 'One channel' })
  @ApiResponse({ status: 200, standardSchema: channelWire })
  @ApiResponse(NOT_FOUND)
  async find(
    @Param({ schema: channelPath }) { name }: ChannelPath,
    @Caller() { accountId }: CallerType,
  ): Promise<ChannelWire> {
    return channelToApi(unwrap(await this.channels.find(accountId, name)));
  }

  @Put(':name')
  @Scopes('notifications:write')
  @ApiOperation({
    summary: 'Say anew what a channel gets and where it leads, or turn it on or off',
    description: 'A new version; saying what is so already adds none. Its kind stays.',
  })
  @ApiResponse({ status: 200, standardSchema: channelWire })
  @ApiResponse({ status: 400, description: 'notification.bad_url, notification.not_of_kind, request.invalid' })
  @ApiResponse(NOT_FOUND)
  async set(
    @Param({ schema: channelPath }) { name }: ChannelPath,
    @Body({ schema: setChannelBody }) { topics, enabled, ...body }: SetChannelBody,
    @Caller() caller: CallerType,
  ): Promise<ChannelWire> {
    const { teams = null, url = null, recipients = null, reason = null } = body;
    const input = { topics, enabled, teams, url, recipients, reason };
    return channelToApi(unwrap(await this.channels.change(caller, name, input)));
  }

  @Delete(':name')
  @Scopes('notifications:write')
  @ApiOperation({
    summary: 'Remove a channel',
    description: 'Its secrets are forgotten, and what waits for it is cancelled.',
  })
  @ApiResponse({ status: 200, standardSchema: channelWire, description: 'What it was' })
  @ApiResponse(NOT_FOUND)
  async remove(
    @Param({ schema: channelPath }) { name }: ChannelPath,
    @Query({ schema: removeChannelQuery }) { reason }: RemoveChannelQuery,
    @Caller() caller: CallerType,
  ): Promise<ChannelWire> {
    return channelToApi(unwrap(await this.channels.remove(caller, name, reason ?? null)));
  }

  @Post(':name/test')
  @HttpCode(200)
  @Scopes('notifications:write')
  @ApiOperation({
    summary: 'Send a test now and tell what came back',
    description:
      'One attempt, on a channel that is off too. It is in the delivery log with the topic `notification.test`.',
  })
  @ApiResponse({ status: 200, standardSchema: channelTestWire, description: 'Also where it was not delivered' })
  @ApiResponse(NOT_FOUND)
  @ApiResponse({ status: 429, description: 'notification.too_many_tests; see Retry-After' })
  async test(
    @Param({ schema: channelPath }) { name }: ChannelPath,
    @Caller() { accountId }: CallerType,
  ): Promise<ChannelTestWire> {
    const { result, durationMs, deliveryId } = unwrap(await this.testChannel.run(accountId, name));
    const { delivered, httpStatus, error } = result;
    return { delivered, httpStatus, error, durationMs, deliveryId };
  }

  @Post(':name/secret-rotations')
  @HttpCode(200)
  @Scopes('notifications:write')
  @ApiOperation({
    summary: 'Make the secret of a webhook anew',
    description: 'Both sign until `previousSignsUntil`, so that the receiver can be changed in between without a gap.',
  })
  @ApiResponse({ status: 200, standardSchema: rotatedSecretWire })
  @ApiResponse({ status: 400, description: 'notification.not_of_kind, request.invalid' })
  @ApiResponse(NOT_FOUND)
  async rotate(
    @Param({ schema: channelPath }) { name }: ChannelPath,
    @Body({ schema: rotateSecretBody }) { overlapHours }: RotateSecretBody,
    @Caller() caller: CallerType,
  ): Promise<RotatedSecretWire> {
    const rotated = unwrap(await this.channels.rotateSecret(caller, name, overlapHours * HOUR_MS));
    const { channel, secret, previousUntil } = rotated;
    const previousSignsUntil = formatInstant(previousUntil);
    return { name: channel.channel, secret, secretVersion: channel.secretVersion ?? 1, previousSignsUntil };
  }
}
