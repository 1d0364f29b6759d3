import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type RollUpQuery,
  type RollUpsWire,
  rollUpQuery,
  rollUpsWire,
  type StatementPath,
  type StatementsQuery,
  type StatementsWire,
  statementPath,
  statementsQuery,
  statementsWire,
  type VerificationWire,
  verificationWire,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { formatMinor } from '#money';
import {
  CLOSED_PERIODS,
  type ClosedPeriods,
  REVIEW_LINES,
  type ReviewLines,
  VERIFY_PERIOD,
  type VerifyPeriod,
} from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BAD_PERIOD, BUSY, CURRENCY } from './failures.js';
import { rollUpsToApi, statementsToApi } from './statement-wire.js';

@ApiTags('statements')
@Controller('v1/statements')
export class StatementsController {
  constructor(
    @Inject(CLOSED_PERIODS) private readonly periods: ClosedPeriods,
    @Inject(VERIFY_PERIOD) private readonly verifications: VerifyPeriod,
    @Inject(REVIEW_LINES) private readonly reviews: ReviewLines,
  ) {}

  @Get(':period')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'Statements of a month',
    description:
      'What every team owes: as it was closed, or with what is known now, computed from the buckets at each request. Pools sum to what their ' +
      'instances cost; unattributed and unpriced usage is shown. `team` leaves only that team in the list of teams, `lines=false` only sums.',
  })
  @ApiResponse({ status: 200, standardSchema: statementsWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(CURRENCY)
  @ApiResponse({ status: 422, description: 'statement.too_many_lines' })
  @ApiResponse(BUSY)
  async find(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementsQuery }) shown: StatementsQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<StatementsWire> {
    const statements = unwrap(await this.periods.read({ accountId, period }));
    const reviews = shown.lines ? await this.reviews.states(accountId, statements.period.name) : new Map();
    return unwrap(statementsToApi(statements, { ...shown, reviews }));
  }

  @Get(':period/roll-ups')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'A month by cost centre, business unit or as a whole',
    description:
      'Each line counts in the cost centre that it names, so roll-ups sum to the month, to the cent. Business units are those that ' +
      'the cost centres had as the month ended; of a closed month as they were when it was closed.',
  })
  @ApiResponse({ status: 200, standardSchema: rollUpsWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async rollUps(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: rollUpQuery }) { by }: RollUpQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<RollUpsWire> {
    return rollUpsToApi(unwrap(await this.periods.read({ accountId, period })), by);
  }

  @Post(':period/verifications')
  @HttpCode(200)
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'Recompute a month from its raw events',
    description:
      'Compares every bucket, line and total, and names the first difference. Accepted events that wait to be metered ' +
      'count as one, for the month is not complete without them.',
  })
  @ApiResponse({ status: 200, standardSchema: verificationWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async verify(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Caller() { accountId }: CallerType,
  ): Promise<VerificationWire> {
    const { checked, sinceClose, ...rest } = unwrap(await this.verifications.verify({ accountId, period }));
    const since = sinceClose && { ...sinceClose, billed: formatMinor(sinceClose.billed, sinceClose.currency) };
    return { ...rest, checked: { ...checked, events: checked.events.toString() }, sinceClose: since };
  }
}
