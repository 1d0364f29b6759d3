import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type ChargebackManifestWire,
  chargebackManifest,
  type RollUpQuery,
  type RollUpsWire,
  rollUpQuery,
  rollUpsWire,
  type StatementPath,
  type StatementQuery,
  type StatementsWire,
  statementPath,
  statementQuery,
  statementsWire,
  type VerificationWire,
  verificationWire,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { formatMinor } from '#money';
import { EXPORT_CHARGEBACK, type ExportChargeback, manifestOf } from '#report';
import { CLOSED_PERIODS, type ClosedPeriods, VERIFY_PERIOD, type VerifyPeriod } from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BAD_PERIOD, BUSY, CURRENCY, NO_TEAM } from './failures.js';
import { manifestToApi } from './manifest-wire.js';
import { rollUpsToApi, statementsToApi } from './statement-wire.js';
import { streamFile } from './stream-file.js';

@ApiTags('statements')
@Controller('v1/statements')
export class StatementsController {
  constructor(
    @Inject(CLOSED_PERIODS) private readonly periods: ClosedPeriods,
    @Inject(VERIFY_PERIOD) private readonly verifications: VerifyPeriod,
    @Inject(EXPORT_CHARGEBACK) private readonly exports: ExportChargeback,
  ) {}

  @Get(':period')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'Statements of a month',
    description:
      'What every team owes: as it was closed, or with what is known now, computed from the buckets at each request. Pools sum to what their ' +
      'instances cost; unattributed and unpriced usage is shown. `team` leaves only that team in the list of teams.',
  })
  @ApiResponse({ status: 200, standardSchema: statementsWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async find(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementQuery }) { team }: StatementQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<StatementsWire> {
    return statementsToApi(unwrap(await this.periods.read({ accountId, period })), team);
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

  @Get(':period/chargeback.csv')
  @Scopes('statements:read')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'Chargeback of a month as CSV',
    description:
      'RFC 4180, UTF-8, a row for each line. `effective_cost` has full precision, `billed_amount` is rounded so that the ' +
      "rows of a pool sum to the pool's cost. The header `repr-digest` holds the SHA-256 of the file.",
  })
  @ApiResponse({ status: 200, description: 'The file' })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_TEAM)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async chargeback(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementQuery }) { team }: StatementQuery,
    @Caller() { accountId }: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return streamFile(unwrap(await this.exports.export({ accountId, period, team: team ?? null })), reply);
  }

  @Get(':period/chargeback.manifest.json')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'What the chargeback CSV holds',
    description: 'Rows, sums by pool and provider, the versions of what made them, and the SHA-256 of the file.',
  })
  @ApiResponse({ status: 200, standardSchema: chargebackManifest })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_TEAM)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async manifest(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementQuery }) { team }: StatementQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<ChargebackManifestWire> {
    return manifestToApi(manifestOf(unwrap(await this.exports.export({ accountId, period, team: team ?? null }))));
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
