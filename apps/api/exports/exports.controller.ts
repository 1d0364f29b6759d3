import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ExportBody,
  type ExportPath,
  type ExportsQuery,
  type ExportWire,
  exportBody,
  exportPage,
  exportPath,
  exportsQuery,
  exportWire,
  type Page,
  toPage,
} from '#contract';
import { type Caller as CallerType, KEYS, type Keys } from '#directory';
import { EXPORT_JOBS, type ExportJobs } from '#report';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { fromApi, toApi } from './export-wire.js';
import { sendKeptFile } from './send-kept-file.js';

const NOT_FOUND = { status: 404, description: 'report.export_not_found' };

/** Files of closed months that a worker writes, for months too large to wait for. */
@ApiTags('exports')
@Controller('v1/exports')
export class ExportsController {
  constructor(
    @Inject(EXPORT_JOBS) private readonly exports: ExportJobs,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  @Post()
  @HttpCode(202)
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'Have a file of a closed month written in the background',
    description:
      'The same bytes as the file under `/v1/statements/{period}`, written by a worker and kept for a week unless set otherwise. ' +
      'Asked for again while it waits or is written, the same export is answered. A draft has none: it may change before the ' +
      'file is fetched.',
  })
  @ApiResponse({ status: 202, standardSchema: exportWire, description: '`Location` is where it stands' })
  @ApiResponse({ status: 400, description: 'statement.bad_period, request.invalid' })
  @ApiResponse({ status: 404, description: 'report.team_not_found' })
  @ApiResponse({ status: 409, description: 'statement.not_closed' })
  @ApiResponse({ status: 429, description: 'report.too_many_exports; see Retry-After' })
  async request(
    @Body({ schema: exportBody }) body: ExportBody,
    @Caller() caller: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportWire> {
    const by = await this.keys.nameOf(caller);
    const job = unwrap(await this.exports.request({ accountId: caller.accountId, by, request: fromApi(body) }));
    reply.header('location', `/v1/exports/${job.exportId}`);
    return toApi(job);
  }

  @Get()
  @Scopes('statements:read')
  @ApiOperation({ summary: 'List exports, the latest first' })
  @ApiResponse({ status: 200, standardSchema: exportPage })
  async list(
    @Query({ schema: exportsQuery }) { limit, cursor }: ExportsQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<ExportWire>> {
    const jobs = await this.exports.list({ accountId, after: cursor?.[0], limit: limit + 1 });
    return toPage(jobs, limit, ({ exportId }) => [exportId], toApi);
  }

  @Get(':id')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'How far an export is',
    description: '`done` has a file; `failed` says why in `problem`. It is remembered for 90 days after its end.',
  })
  @ApiResponse({ status: 200, standardSchema: exportWire })
  @ApiResponse(NOT_FOUND)
  async find(
    @Param({ schema: exportPath }) { id }: ExportPath,
    @Caller() { accountId }: CallerType,
  ): Promise<ExportWire> {
    return toApi(unwrap(await this.exports.find(accountId, id)));
  }

  @Delete(':id')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'Cancel an export, or let go of its file',
    description: 'Nothing is left of the file, be it half written or whole. What failed stays failed.',
  })
  @ApiResponse({ status: 200, standardSchema: exportWire })
  @ApiResponse(NOT_FOUND)
  async cancel(
    @Param({ schema: exportPath }) { id }: ExportPath,
    @Caller() { accountId }: CallerType,
  ): Promise<ExportWire> {
    return toApi(unwrap(await this.exports.cancel(accountId, id)));
  }

  @Get(':id/file')
  @Scopes('statements:read')
  @ApiProduces('application/octet-stream')
  @ApiOperation({
    summary: 'The file of an export',
    description:
      'With its length, an `ETag`, and its SHA-256 in `repr-digest`. One range can be asked for, with `If-Range`, so that a download ' +
      'that broke off goes on where it was.',
  })
  @ApiHeader({ name: 'Range', required: false, description: '`bytes=1000-`: from this byte on' })
  @ApiHeader({ name: 'If-Range', required: false, description: 'The `ETag` of the file that a part is there of' })
  @ApiResponse({ status: 200, description: 'The file' })
  @ApiResponse({ status: 206, description: 'The part of it that was asked for' })
  @ApiResponse(NOT_FOUND)
  @ApiResponse({ status: 409, description: 'report.export_not_done, report.export_without_file' })
  @ApiResponse({ status: 410, description: 'report.export_expired' })
  @ApiResponse({ status: 416, description: 'report.export_range' })
  async file(
    @Param({ schema: exportPath }) { id }: ExportPath,
    @Caller() { accountId }: CallerType,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKeptFile(request, reply, unwrap(await this.exports.file(accountId, id)));
  }
}
