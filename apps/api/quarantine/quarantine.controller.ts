import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  type DiscardBody,
  discardBody,
  type Page,
  type QuarantinedWire,
  type QuarantinedWithRawWire,
  type QuarantinePath,
  type QuarantineQuery,
  quarantinedWithRawWire,
  quarantinePage,
  quarantinePath,
  quarantineQuery,
  type ReplayedWire,
  replayedWire,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { QUARANTINE_STORE, type QuarantineStore, RESOLVE_QUARANTINED, type ResolveQuarantined } from '#ingest';
import { Caller, Scopes } from '../auth/decorators.js';
import { REPLAY_BODY } from '../events/event-content.js';
import { RAW_JSON } from '../events/raw-body.js';
import { FailureException, unwrap } from '../problem/failure.exception.js';
import { toApi, toApiWithRaw } from './quarantine-wire.js';

@ApiTags('quarantine')
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(
    @Inject(QUARANTINE_STORE) private readonly store: QuarantineStore,
    @Inject(RESOLVE_QUARANTINED) private readonly resolve: ResolveQuarantined,
  ) {}

  @Get()
  @Scopes('usage:read')
  @ApiOperation({ summary: 'List the events that were refused, the latest first' })
  @ApiResponse({ status: 200, standardSchema: quarantinePage })
  async list(
    @Query({ schema: quarantineQuery }) { state, code, limit, cursor }: QuarantineQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<QuarantinedWire>> {
    const events = await this.store.list({ accountId, state, code, after: cursor?.[0], limit: limit + 1 });
    return toPage(events, limit, ({ quarantineId }) => [quarantineId], toApi);
  }

  @Get(':quarantineId')
  @Scopes('usage:read')
  @ApiOperation({ summary: 'One refused event with its bytes' })
  @ApiResponse({ status: 200, standardSchema: quarantinedWithRawWire })
  @ApiResponse({ status: 404, description: 'quarantine.not_found' })
  async find(
    @Param({ schema: quarantinePath }) { quarantineId }: QuarantinePath,
    @Caller() { accountId }: CallerType,
  ): Promise<QuarantinedWithRawWire> {
    const event = await this.store.find(accountId, quarantineId);
    if (event) return toApiWithRaw(event);
    const detail = 'There is no such event in quarantine.';
    throw new FailureException({ kind: 'not_found', code: 'quarantine.not_found', detail });
  }

  @Post(':quarantineId/replay')
  @HttpCode(202)
  @RouteConfig(RAW_JSON)
  @Scopes('quarantine:write', 'events:write')
  @ApiOperation({
    summary: 'Send a refused event again, put right',
    description: 'Goes the way of every event. Left out, the event is taken as it came: the reason may have gone.',
    requestBody: REPLAY_BODY,
  })
  @ApiResponse({ status: 202, standardSchema: replayedWire })
  @ApiResponse({ status: 400, description: 'request.invalid, ingest.malformed_json, ingest.invalid_utf8' })
  @ApiResponse({ status: 404, description: 'quarantine.not_found' })
  @ApiResponse({
    status: 409,
    description: 'quarantine.not_open; event.conflict: another event of its id counts already',
  })
  @ApiResponse({ status: 422, description: 'quarantine.still_refused; errors[] says why' })
  async replay(
    @Param({ schema: quarantinePath }) { quarantineId }: QuarantinePath,
    @Req() { body }: FastifyRequest,
    @Caller() { accountId, apiKeyId }: CallerType,
  ): Promise<ReplayedWire> {
    const bytes = body instanceof Uint8Array ? body : new Uint8Array();
    const replayed = await this.resolve.replay({ accountId, quarantineId, body: bytes, by: apiKeyId });
    return { quarantineId, batchId: unwrap(replayed).batchId };
  }

  @Post(':quarantineId/discard')
  @HttpCode(204)
  @Scopes('quarantine:write')
  @ApiOperation({ summary: 'Let a refused event go, with a reason; its record stays' })
  @ApiResponse({ status: 204 })
  @ApiResponse({ status: 404, description: 'quarantine.not_found' })
  @ApiResponse({ status: 409, description: 'quarantine.not_open' })
  async discard(
    @Param({ schema: quarantinePath }) { quarantineId }: QuarantinePath,
    @Body({ schema: discardBody }) { reason }: DiscardBody,
    @Caller() { accountId, apiKeyId }: CallerType,
  ): Promise<void> {
    unwrap(await this.resolve.discard({ accountId, quarantineId, reason, by: apiKeyId }));
  }
}
