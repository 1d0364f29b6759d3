import { Controller, Get, Inject, Param, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type JournalManifestWire, journalManifest, type StatementPath, statementPath } from '#contract';
import type { Caller as CallerType } from '#directory';
import { EXPORT_PERIOD, type ExportPeriod } from '#report';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BAD_PERIOD, BUSY, NOT_CLOSED } from './failures.js';
import { journalManifestToApi } from './manifest-wire.js';
import { SEND_FILE, type SendFile } from './send-file.js';

/** The ledger's entry of a closed month as a file for a general ledger. */
@ApiTags('files')
@Controller('v1/statements/:period')
export class JournalFileController {
  constructor(
    @Inject(EXPORT_PERIOD) private readonly exports: ExportPeriod,
    @Inject(SEND_FILE) private readonly sender: SendFile,
  ) {}

  @Get('journal.csv')
  @Scopes('statements:read')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'The journal entry of a closed month as CSV',
    description:
      'RFC 4180, UTF-8, a row for each posting; debits are equal to credits. Accounts and cost centres have the codes that ' +
      '`/v1/ledger-accounts` has for them at the end of the month, and their own names where it has none. The header ' +
      '`repr-digest` holds the SHA-256 of the file.',
  })
  @ApiResponse({ status: 200, description: 'The file' })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NOT_CLOSED)
  @ApiResponse(BUSY)
  async file(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Caller() { accountId }: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return unwrap(await this.sender.send(unwrap(await this.exports.journal({ accountId, period })), reply));
  }

  @Get('journal.manifest.json')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'What the journal CSV holds',
    description: 'Debits, credits, names that have no code, and the SHA-256 of the file.',
  })
  @ApiResponse({ status: 200, standardSchema: journalManifest })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(NOT_CLOSED)
  @ApiResponse(BUSY)
  async manifest(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Caller() { accountId }: CallerType,
  ): Promise<JournalManifestWire> {
    const journal = unwrap(await this.exports.journal({ accountId, period }));
    return journalManifestToApi(unwrap(await this.sender.describe(journal)));
  }
}
