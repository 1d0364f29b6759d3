import { Controller, Get, Inject, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type FocusManifestWire,
  type FocusQuery,
  focusManifest,
  focusQuery,
  type StatementPath,
  statementPath,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { EXPORT_FOCUS, type ExportFocus, type Focus, focusManifestOf } from '#report';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BAD_PERIOD, BUSY, CURRENCY, NO_TEAM } from './failures.js';
import { focusManifestToApi } from './manifest-wire.js';
import { streamFile } from './stream-file.js';

@ApiTags('statements')
@Controller('v1/statements')
export class FocusController {
  constructor(@Inject(EXPORT_FOCUS) private readonly exports: ExportFocus) {}

  @Get(':period/focus.csv')
  @Scopes('statements:read')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'A month as FOCUS Cost and Usage',
    description:
      'RFC 4180, UTF-8, a row for each line whose cost is known, with the columns of the FOCUS version asked for; an empty ' +
      'cell is null. `BilledCost` sums to what is billed, to the cent, and `EffectiveCost` exactly. Usage without a price ' +
      'has no row, for a FOCUS cost may not be null: the manifest counts it. The header `repr-digest` holds the SHA-256 of ' +
      'the file.',
  })
  @ApiResponse({ status: 200, description: 'The file' })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_TEAM)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async focus(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: focusQuery }) query: FocusQuery,
    @Caller() caller: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return streamFile(await this.export(period, query, caller), reply);
  }

  @Get(':period/focus.manifest.json')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'What the FOCUS file holds',
    description:
      'Rows, sums by pool and provider, what has no row, and the SHA-256 of the file of the same FOCUS version.',
  })
  @ApiResponse({ status: 200, standardSchema: focusManifest })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NO_TEAM)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async manifest(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: focusQuery }) query: FocusQuery,
    @Caller() caller: CallerType,
  ): Promise<FocusManifestWire> {
    return focusManifestToApi(focusManifestOf(await this.export(period, query, caller)));
  }

  private async export(period: string, query: FocusQuery, { accountId }: CallerType): Promise<Focus> {
    const { team = null, focusVersion: version } = query;
    return unwrap(await this.exports.export({ accountId, period, team, version }));
  }
}
