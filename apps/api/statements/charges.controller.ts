import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type ExplanationQuery,
  type ExplanationWire,
  explanationQuery,
  explanationWire,
  type LineEventsQuery,
  type LineEventsWire,
  type LinePath,
  lineEventsQuery,
  lineEventsWire,
  linePath,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { EXPLAIN_LINE, type ExplainLine, LIST_LINE_EVENTS, type ListLineEvents } from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { explanationToApi } from './explanation-wire.js';
import { BAD_PERIOD, BUSY } from './failures.js';
import { lineEventsToApi } from './line-events-wire.js';

const NO_LINE = { status: 404, description: 'statement.line_not_found' };
const AMBIGUOUS = { status: 409, description: 'statement.line_ambiguous, statement.currency_mismatch' };

@ApiTags('explaining')
@Controller('v1/charges')
export class ChargesController {
  constructor(
    @Inject(EXPLAIN_LINE) private readonly lines: ExplainLine,
    @Inject(LIST_LINE_EVENTS) private readonly events: ListLineEvents,
  ) {}

  @Get(':lineId/explanation')
  @Scopes('statements:read')
  @ApiOperation({
    summary: "How a statement's line came about",
    description:
      'Its charges by quarter of an hour, from what the pool cost or the price says to the amount, with every weight; what ' +
      'was added when the month was settled; and the rounding. Adding it up by hand gives the line. A closed line is ' +
      'explained as its inputs are now, with what changed since. A line that corrects a closed month has what was billed ' +
      'before and after.',
  })
  @ApiResponse({ status: 200, standardSchema: explanationWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_LINE)
  @ApiResponse(AMBIGUOUS)
  @ApiResponse(BUSY)
  async explain(
    @Param({ schema: linePath }) { lineId }: LinePath,
    @Query({ schema: explanationQuery }) { limit, cursor }: ExplanationQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<ExplanationWire> {
    const after = cursor && { chargePeriod: Number(cursor[0]), ordinal: Number(cursor[1]) };
    const explained = await this.lines.explain({ accountId, lineId, page: { after, limit: limit + 1 } });
    return explanationToApi(unwrap(explained), limit);
  }

  @Get(':lineId/events')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'The usage events behind a line',
    description:
      'As they were received, by time, each with what of the line it is: over all pages their quantities sum to what the line ' +
      'counts, as far as its usage is what it was when the line was closed. Idle and shared cost and adjustments have none.',
  })
  @ApiResponse({ status: 200, standardSchema: lineEventsWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_LINE)
  @ApiResponse(AMBIGUOUS)
  @ApiResponse(BUSY)
  async list(
    @Param({ schema: linePath }) { lineId }: LinePath,
    @Query({ schema: lineEventsQuery }) { limit, cursor }: LineEventsQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<LineEventsWire> {
    const [occurredAt, identity = ''] = cursor ?? [];
    const after = occurredAt === undefined ? undefined : { occurredAt: Number(occurredAt), identity };
    const listed = await this.events.list({ accountId, lineId, page: { after, limit: limit + 1 } });
    return lineEventsToApi(unwrap(listed), limit);
  }
}
