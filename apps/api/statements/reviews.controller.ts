import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type AcknowledgementBody,
  type AcknowledgementWire,
  type AnswerBody,
  acknowledgementBody,
  acknowledgementWire,
  answerBody,
  type DisputeBody,
  type DisputePath,
  type DisputesQuery,
  type DisputeWire,
  disputeBody,
  disputePage,
  disputePath,
  disputesQuery,
  disputeWire,
  type LinePath,
  linePath,
  type Page,
  toPage,
} from '#contract';
import { type Caller as CallerType, KEYS, type Keys } from '#directory';
import { REVIEW_LINES, type ReviewLines } from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BAD_PERIOD, BUSY } from './failures.js';
import { acknowledgementToApi, disputeToApi } from './review-wire.js';

const NO_LINE = { status: 404, description: 'statement.line_not_found' };
const OPEN = {
  status: 409,
  description: 'statement.dispute_open, statement.line_ambiguous, statement.currency_mismatch',
};

@ApiTags('reviewing')
@Controller('v1')
export class ReviewsController {
  constructor(
    @Inject(REVIEW_LINES) private readonly reviews: ReviewLines,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  @Post('charges/:lineId/disputes')
  @HttpCode(201)
  @Scopes('statements:review')
  @ApiOperation({
    summary: 'Dispute a line',
    description:
      'Keeps who, when, why and what the line showed, on a draft or a closed month. Until it is answered it holds the close of ' +
      'its month, or of the next where that is closed. It changes no amount.',
  })
  @ApiResponse({ status: 201, standardSchema: disputeWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_LINE)
  @ApiResponse(OPEN)
  @ApiResponse(BUSY)
  async dispute(
    @Param({ schema: linePath }) { lineId }: LinePath,
    @Body({ schema: disputeBody }) { comment }: DisputeBody,
    @Caller() caller: CallerType,
  ): Promise<DisputeWire> {
    const by = await this.keys.nameOf(caller);
    return disputeToApi(unwrap(await this.reviews.dispute({ accountId: caller.accountId, lineId, by, comment })));
  }

  @Post('charges/:lineId/acknowledgements')
  @HttpCode(201)
  @Scopes('statements:review')
  @ApiOperation({
    summary: 'Acknowledge a line',
    description: 'Keeps who looked at what the line showed and had nothing against it. Sent again, it changes nothing.',
  })
  @ApiResponse({ status: 201, standardSchema: acknowledgementWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_LINE)
  @ApiResponse(OPEN)
  @ApiResponse(BUSY)
  async acknowledge(
    @Param({ schema: linePath }) { lineId }: LinePath,
    @Body({ schema: acknowledgementBody }) { comment }: AcknowledgementBody,
    @Caller() caller: CallerType,
  ): Promise<AcknowledgementWire> {
    const by = await this.keys.nameOf(caller);
    const input = { accountId: caller.accountId, lineId, by, comment: comment ?? null };
    return acknowledgementToApi(unwrap(await this.reviews.acknowledge(input)));
  }

  @Get('disputes')
  @Scopes('statements:read')
  @ApiOperation({ summary: 'List disputes, in the order in which they were opened' })
  @ApiResponse({ status: 200, standardSchema: disputePage })
  async list(
    @Query({ schema: disputesQuery }) { limit, cursor, period, team, state }: DisputesQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<DisputeWire>> {
    const page = { accountId, period, team, state, after: cursor?.[0], limit: limit + 1 };
    return toPage(await this.reviews.list(page), limit, ({ disputeId }) => [disputeId], disputeToApi);
  }

  @Post('disputes/:disputeId/answers')
  @HttpCode(201)
  @Scopes('statements:write')
  @ApiOperation({
    summary: 'Answer a dispute',
    description:
      'Once. It changes no amount: what is put right is told where it was wrong, and billed or corrected then.',
  })
  @ApiResponse({ status: 201, standardSchema: disputeWire })
  @ApiResponse({ status: 404, description: 'statement.dispute_not_found' })
  @ApiResponse({ status: 409, description: 'statement.dispute_answered' })
  async answer(
    @Param({ schema: disputePath }) { disputeId }: DisputePath,
    @Body({ schema: answerBody }) said: AnswerBody,
    @Caller() caller: CallerType,
  ): Promise<DisputeWire> {
    const by = await this.keys.nameOf(caller);
    return disputeToApi(unwrap(await this.reviews.answer({ accountId: caller.accountId, disputeId, by, ...said })));
  }
}
