import { Controller, Get, Inject, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type ChargebackManifestWire,
  chargebackManifest,
  type FocusManifestWire,
  type FocusQuery,
  focusManifest,
  focusQuery,
  type StatementPath,
  type StatementQuery,
  type SummaryManifestWire,
  statementPath,
  statementQuery,
  summaryManifest,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import type { Outcome } from '#outcome';
import { EXPORT_PERIOD, type ExportFile, type ExportPeriod, type FileManifest } from '#report';
import { Caller } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { FileRoute, ManifestRoute } from './file-route.js';
import { focusManifestToApi, manifestToApi, summaryManifestToApi } from './manifest-wire.js';
import { SEND_FILE, type SendFile } from './send-file.js';

const CSV = 'text/csv';
const JSON_TYPE = 'application/json';

/** A month as files: closed or a draft, of one team or all. */
@ApiTags('files')
@Controller('v1/statements/:period')
export class FilesController {
  constructor(
    @Inject(EXPORT_PERIOD) private readonly exports: ExportPeriod,
    @Inject(SEND_FILE) private readonly sender: SendFile,
  ) {}

  @Get('chargeback.csv')
  @FileRoute(
    CSV,
    'Chargeback of a month as CSV',
    'RFC 4180, UTF-8, a row for each line. `effective_cost` has full precision, `billed_amount` is rounded so that the ' +
      "rows of a pool sum to the pool's cost.",
  )
  chargeback(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: statementQuery }) query: StatementQuery,
    @Caller() caller: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.send(this.exports.chargeback(toInput(path, query, caller)), reply);
  }

  @Get('chargeback.manifest.json')
  @ManifestRoute('What the chargeback CSV holds', chargebackManifest)
  async chargebackManifest(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: statementQuery }) query: StatementQuery,
    @Caller() caller: CallerType,
  ): Promise<ChargebackManifestWire> {
    return manifestToApi(await this.describe(this.exports.chargeback(toInput(path, query, caller))));
  }

  @Get('chargeback.json')
  @FileRoute(
    JSON_TYPE,
    'Chargeback of a month as JSON',
    'One object whose `lines` are the rows of the chargeback CSV. Every value of them is a string or null, for exact numbers.',
  )
  json(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: statementQuery }) query: StatementQuery,
    @Caller() caller: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.send(this.exports.chargebackJson(toInput(path, query, caller)), reply);
  }

  @Get('chargeback.json.manifest.json')
  @ManifestRoute('What the chargeback JSON holds', chargebackManifest)
  async jsonManifest(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: statementQuery }) query: StatementQuery,
    @Caller() caller: CallerType,
  ): Promise<ChargebackManifestWire> {
    return manifestToApi(await this.describe(this.exports.chargebackJson(toInput(path, query, caller))));
  }

  @Get('summary.csv')
  @FileRoute(
    CSV,
    'What each team and cost centre is billed for a month, as CSV',
    'RFC 4180, UTF-8, a row for each team and cost centre: what it is billed by kind, corrections of closed months, the ' +
      'total, and usage whose cost is not known.',
  )
  summary(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: statementQuery }) query: StatementQuery,
    @Caller() caller: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.send(this.exports.summary(toInput(path, query, caller)), reply);
  }

  @Get('summary.manifest.json')
  @ManifestRoute('What the summary CSV holds', summaryManifest)
  async summaryManifest(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: statementQuery }) query: StatementQuery,
    @Caller() caller: CallerType,
  ): Promise<SummaryManifestWire> {
    return summaryManifestToApi(await this.describe(this.exports.summary(toInput(path, query, caller))));
  }

  @Get('focus.csv')
  @FileRoute(
    CSV,
    'A month as FOCUS Cost and Usage',
    'RFC 4180, UTF-8, a row for each line whose cost is known, with the columns of the FOCUS version asked for; an empty ' +
      'cell is null. `BilledCost` sums to what is billed, to the cent, and `EffectiveCost` exactly. Usage without a price ' +
      'has no row, for a FOCUS cost may not be null: the manifest counts it.',
  )
  focus(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: focusQuery }) query: FocusQuery,
    @Caller() caller: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.send(this.exports.focus(toFocusInput(path, query, caller)), reply);
  }

  @Get('focus.manifest.json')
  @ManifestRoute('What the FOCUS file of a version holds', focusManifest)
  async focusManifest(
    @Param({ schema: statementPath }) path: StatementPath,
    @Query({ schema: focusQuery }) query: FocusQuery,
    @Caller() caller: CallerType,
  ): Promise<FocusManifestWire> {
    return focusManifestToApi(await this.describe(this.exports.focus(toFocusInput(path, query, caller))));
  }

  private async send(file: Promise<Outcome<ExportFile>>, reply: FastifyReply): Promise<StreamableFile> {
    return unwrap(await this.sender.send(unwrap(await file), reply));
  }

  private async describe<M extends FileManifest>(file: Promise<Outcome<ExportFile<M>>>): Promise<M> {
    return unwrap(await this.sender.describe(unwrap(await file)));
  }
}

function toInput({ period }: StatementPath, { team }: StatementQuery, { accountId }: CallerType) {
  return { accountId, period, team: team ?? null };
}

function toFocusInput(path: StatementPath, query: FocusQuery, caller: CallerType) {
  return { ...toInput(path, query, caller), version: query.focusVersion };
}
