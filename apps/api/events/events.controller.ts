import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { batchWire } from '#contract';
import type { Caller as CallerType } from '#directory';
import { BATCHES, type Batches, RECEIVE_EVENTS, type Receipt, type ReceiveEvents } from '#ingest';
import { ENVIRONMENT, type Environment } from '#platform';
import { Caller, Scopes } from '../auth/decorators.js';
import { toApi } from '../batches/batch-wire.js';
import { unwrap } from '../problem/failure.exception.js';
import { sendProblem } from '../problem/problem.filter.js';
import { EVENT_BODY } from './event-content.js';
import { preferredWaitMs } from './prefer-wait.js';
import { RAW_BODY } from './raw-body.js';

/** More errors say nothing new in a problem; each refused event is in the quarantine. */
const ERRORS_MAX = 100;

export const EVENTS_PATH = 'v1/events';
export const EVENTS_SCOPE = 'events:write';

@ApiTags('events')
@Controller(EVENTS_PATH)
export class EventsController {
  constructor(
    @Inject(RECEIVE_EVENTS) private readonly receiveEvents: ReceiveEvents,
    @Inject(BATCHES) private readonly batches: Batches,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  @Post()
  @RouteConfig(RAW_BODY)
  @Scopes(EVENTS_SCOPE)
  @ApiOperation({
    summary: 'Send usage events',
    description:
      'One event, an array, NDJSON, or CloudEvents; gzip is read. Events are on disk before the answer. An event counts ' +
      'once for its source and id, however often it is sent. A bad event costs no good one: it is kept in quarantine.',
    requestBody: EVENT_BODY,
  })
  @ApiHeader({ name: 'Content-Encoding', required: false, description: '`gzip`, or none' })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N`: answer with what became of each event, after N seconds at most',
  })
  @ApiResponse({ status: 202, standardSchema: batchWire, description: 'Taken in; at least one event is good' })
  @ApiResponse({
    status: 200,
    standardSchema: batchWire,
    description: 'With `Prefer: wait`: all accepted, or duplicates',
  })
  @ApiResponse({
    status: 207,
    standardSchema: batchWire,
    description: 'With `Prefer: wait`: some or all were rejected',
  })
  @ApiResponse({
    status: 400,
    description: 'ingest.malformed_json, ingest.invalid_utf8, ingest.empty_batch, ingest.gzip_truncated, …',
  })
  @ApiResponse({ status: 413, description: 'request.too_large, ingest.inflated_too_large, ingest.too_many_events' })
  @ApiResponse({ status: 415, description: 'ingest.unsupported_media_type, ingest.unsupported_encoding' })
  @ApiResponse({ status: 422, description: 'ingest.all_rejected: no event is good; each is in quarantine' })
  @ApiResponse({
    status: 429,
    description: 'ingest.overloaded: the workers are behind, or too much comes in at once; see Retry-After',
  })
  async send(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() { accountId }: CallerType,
  ): Promise<void> {
    const { headers, body } = request;
    const received = await this.receiveEvents.run({
      accountId,
      mediaType: mediaTypeOf(headers['content-type']),
      contentEncoding: headers['content-encoding'],
      body: body instanceof Uint8Array ? body : new Uint8Array(),
    });
    const receipt = unwrap(received);
    const waitMs = preferredWaitMs(headers.prefer, this.environment.maxWaitMs);
    if (waitMs > 0) await this.answerWhenDone(reply, accountId, receipt, waitMs);
    else if (receipt.accepted === 0) sendAllRejected(request, reply, receipt);
    else sendAccepted(reply, receipt);
  }

  private async answerWhenDone(
    reply: FastifyReply,
    accountId: number,
    { batchId }: Receipt,
    waitMs: number,
  ): Promise<void> {
    const batch = toApi(unwrap(await this.batches.wait(accountId, batchId, waitMs)));
    const status = batch.state === 'pending' ? 202 : batch.rejected > 0 ? 207 : 200;
    if (status !== 202) reply.header('preference-applied', 'wait');
    void reply.status(status).header('location', `/v1/batches/${batchId}`).send(batch);
  }
}

function sendAccepted(reply: FastifyReply, receipt: Receipt): void {
  const { batchId, receivedAt, received, accepted, rejected } = receipt;
  const status = {
    state: 'pending',
    received,
    accepted,
    duplicates: 0,
    rejected: rejected.length,
    events: rejected,
  } as const;
  void reply
    .status(202)
    .header('location', `/v1/batches/${batchId}`)
    .send(toApi({ batchId, receivedAt, finishedAt: null, ...status }));
}

function sendAllRejected(request: FastifyRequest, reply: FastifyReply, { batchId, received, rejected }: Receipt): void {
  const errors = rejected.slice(0, ERRORS_MAX).map(({ index, code, pointer, detail }) => {
    return { pointer: received === 1 ? pointer : `/${index}${pointer}`, code, detail };
  });
  const detail =
    received === 1
      ? 'The event is rejected. It is in quarantine.'
      : `All ${received} events are rejected. They are in quarantine.`;
  reply.header('location', `/v1/batches/${batchId}`);
  sendProblem(reply, request, { status: 422, code: 'ingest.all_rejected', detail, errors });
}

function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase();
}
