import { Controller, Get, Inject, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type BillQuery,
  billQuery,
  type ChargebackManifestWire,
  chargebackManifest,
  type StatementPath,
  type StatementQuery,
  statementPath,
  statementQuery,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import type { Outcome } from '#outcome';
import { EXPORT_PERIOD, type ExportFile, type ExportPeriod, type Manifest } from '#report';
import { Caller } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { TOO_MANY_LINES } from './failures.js';
import { FileRoute, ManifestRoute } from './file-route.js';
import { manifestToApi } from './manifest-wire.js';
import { SEND_FILE, type SendFile } from './send-file.js';

/** A month as files that are more than text. */
@ApiTags('files')
@Controller('v1/statements/:period')
export class BinaryFilesController {
  constructor(
    @Inject(EXPORT_PERIOD) private readonly exports: ExportPeriod,
    @Inject(SEND_FILE) private readonly sender: SendFile,
  ) {}

  @Get('chargeback.xlsx')
  @ApiResponse(TOO_MANY_LINES)
  @FileRoute(
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'Chargeback of a month as a workbook',
    'The sheets `Summary`, `Lines` and `About`. Amounts are numbers; what is finer than these has its exact text in a column ' +
      'beside it.',
  )
  workbook(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementQuery }) { team }: StatementQuery,
    @Caller() { accountId }: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.send(this.exports.workbook({ accountId, period, team: team ?? null }), reply);
  }

  @Get('chargeback.xlsx.manifest.json')
  @ApiResponse(TOO_MANY_LINES)
  @ManifestRoute('What the workbook holds', chargebackManifest)
  workbookManifest(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementQuery }) { team }: StatementQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<ChargebackManifestWire> {
    return this.describe(this.exports.workbook({ accountId, period, team: team ?? null }));
  }

  @Get('chargeback.parquet')
  @FileRoute(
    'application/vnd.apache.parquet',
    'Chargeback of a month as Parquet',
    'The columns of the chargeback CSV, its numbers as exact decimals.',
  )
  parquet(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementQuery }) { team }: StatementQuery,
    @Caller() { accountId }: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.send(this.exports.parquet({ accountId, period, team: team ?? null }), reply);
  }

  @Get('chargeback.parquet.manifest.json')
  @ManifestRoute('What the Parquet file holds', chargebackManifest)
  parquetManifest(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: statementQuery }) { team }: StatementQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<ChargebackManifestWire> {
    return this.describe(this.exports.parquet({ accountId, period, team: team ?? null }));
  }

  @Get('statement.pdf')
  @ApiResponse(TOO_MANY_LINES)
  @FileRoute(
    'application/pdf',
    "A team's statement of a month as PDF",
    'Totals by kind, every line by pool and provider, corrections of closed months. A draft says that it is one on every page.',
  )
  bill(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: billQuery }) { team }: BillQuery,
    @Caller() { accountId }: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.send(this.exports.bill({ accountId, period, team }), reply);
  }

  @Get('statement.pdf.manifest.json')
  @ApiResponse(TOO_MANY_LINES)
  @ManifestRoute('What the PDF holds', chargebackManifest)
  billManifest(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Query({ schema: billQuery }) { team }: BillQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<ChargebackManifestWire> {
    return this.describe(this.exports.bill({ accountId, period, team }));
  }

  private async send(file: Promise<Outcome<ExportFile>>, reply: FastifyReply): Promise<StreamableFile> {
    return unwrap(await this.sender.send(unwrap(await file), reply));
  }

  private async describe(file: Promise<Outcome<ExportFile<Manifest>>>): Promise<ChargebackManifestWire> {
    return manifestToApi(unwrap(await this.sender.describe(unwrap(await file))));
  }
}
