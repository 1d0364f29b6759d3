import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type CloseBody,
  type ClosedWire,
  type CloseFindingsWire,
  type ClosesQuery,
  type CloseWire,
  closeBody,
  closedWire,
  closeFindings,
  closePage,
  closesQuery,
  type JournalWire,
  journalWire,
  type Page,
  type StatementPath,
  statementPath,
  toPage,
} from '#contract';
import { type Caller as CallerType, KEYS, type Keys } from '#directory';
import { CLOSE_PERIOD, CLOSED_PERIODS, type ClosedPeriods, type ClosePeriod } from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { closeToApi, findingsToApi, journalToApi } from './close-wire.js';
import { BAD_PERIOD, BUSY, NOT_CLOSED } from './failures.js';
import { closedToApi } from './statement-wire.js';

@ApiTags('closing')
@Controller('v1')
export class ClosesController {
  constructor(
    @Inject(CLOSE_PERIOD) private readonly closing: ClosePeriod,
    @Inject(CLOSED_PERIODS) private readonly periods: ClosedPeriods,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  @Get('closes')
  @Scopes('statements:read')
  @ApiOperation({ summary: 'List the closed months, in the order of their chain' })
  @ApiResponse({ status: 200, standardSchema: closePage })
  async list(
    @Query({ schema: closesQuery }) { limit, cursor }: ClosesQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<CloseWire>> {
    const closes = await this.periods.list(accountId, Number(cursor?.[0] ?? 0), limit + 1);
    return toPage(closes, limit, ({ document }) => [document.closeNumber.toString()], closeToApi);
  }

  @Get('statements/:period/close-findings')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'What holds the close of a month',
    description: 'Looked at now, of the draft as it is now. An empty list: it can be closed.',
  })
  @ApiResponse({ status: 200, standardSchema: closeFindings })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse({
    status: 409,
    description: 'statement.already_closed, statement.out_of_order, statement.currency_mismatch',
  })
  @ApiResponse(BUSY)
  async findings(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Caller() { accountId }: CallerType,
  ): Promise<CloseFindingsWire> {
    return findingsToApi(period, unwrap(await this.closing.findings({ accountId, period })));
  }

  @Post('statements/:period/close')
  @HttpCode(201)
  @Scopes('statements:write')
  @ApiOperation({
    summary: 'Close a month',
    description:
      'Freezes its lines and the versions of what they were made from, enters a balanced journal entry in the ledger, and ' +
      'chains both by hash to the close before. Nothing of it can be changed afterwards. What speaks against it holds it ' +
      'until it is put right, or accepted by name with a reason.',
  })
  @ApiResponse({ status: 201, standardSchema: closedWire })
  @ApiResponse({ status: 400, description: 'statement.bad_period, statement.reason_missing, request.invalid' })
  @ApiResponse({
    status: 409,
    description:
      'statement.held (errors name the findings), statement.already_closed, statement.out_of_order, ' +
      'statement.closed_meanwhile, statement.currency_mismatch',
  })
  @ApiResponse(BUSY)
  async close(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Body({ schema: closeBody }) { accept, reason }: CloseBody,
    @Caller() caller: CallerType,
  ): Promise<ClosedWire> {
    const by = await this.keys.nameOf(caller);
    const { accountId } = caller;
    const closed = await this.closing.close({ accountId, period, by, accept, reason: reason ?? null });
    return closedToApi(unwrap(closed));
  }

  @Post('statements/:period/issue')
  @HttpCode(200)
  @Scopes('statements:write')
  @ApiOperation({ summary: 'Issue the statements of a closed month' })
  @ApiResponse({ status: 200, standardSchema: closedWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse({ status: 409, description: 'statement.not_closed, statement.already_issued' })
  async issue(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Caller() caller: CallerType,
  ): Promise<ClosedWire> {
    const by = await this.keys.nameOf(caller);
    return closedToApi(unwrap(await this.periods.issue({ accountId: caller.accountId, period, by })));
  }

  @Get('statements/:period/journal')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'The journal entry of a closed month',
    description: "Each team's cost centre is debited, the clearing accounts of pools and providers are credited.",
  })
  @ApiResponse({ status: 200, standardSchema: journalWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NOT_CLOSED)
  async journal(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Caller() { accountId }: CallerType,
  ): Promise<JournalWire> {
    return journalToApi(unwrap(await this.periods.journal({ accountId, period })));
  }
}
