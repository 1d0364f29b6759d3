import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type Page,
  type PutQuotaBody,
  putQuotaBody,
  type QuotaPath,
  type QuotaQuery,
  type QuotaVersionQuery,
  type QuotaVersionWire,
  type QuotaWire,
  type QuotaWithdrawalQuery,
  quotaPage,
  quotaPath,
  quotaQuery,
  quotaVersionPage,
  quotaVersionQuery,
  quotaWire,
  quotaWithdrawalQuery,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { QUOTAS, type Quotas } from '#quota';
import { Caller, Scopes } from '../../auth/decorators.js';
import { unwrap } from '../../problem/failure.exception.js';
import { etagOf, expectationOf } from './preconditions.js';
import { quotaToApi, quotaVersionToApi } from './quota-wire.js';

const NOT_FOUND = { status: 404, description: 'quota.quota_not_found' };
const STALE = { status: 412, description: 'quota.version_stale, quota.quota_exists' };
const REQUIRED = { status: 428, description: 'quota.version_required' };
const IF_MATCH = { name: 'If-Match', required: false, description: 'The `ETag` that the quota was read with' };

@ApiTags('quotas')
@Controller('v1/quotas')
export class QuotasController {
  constructor(@Inject(QUOTAS) private readonly quotas: Quotas) {}

  @Get()
  @Scopes('quotas:read')
  @ApiOperation({
    summary: 'List the quotas',
    description: 'The latest version of each, drafts and those to come too, or with `at` those in force at that time.',
  })
  @ApiResponse({ status: 200, standardSchema: quotaPage })
  async list(
    @Query({ schema: quotaQuery }) { limit, cursor, at }: QuotaQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<QuotaWire>> {
    const found = await this.quotas.list({ accountId, after: cursor?.[0], limit: limit + 1 }, at);
    return toPage(found, limit, ({ version }) => [version.name], quotaToApi);
  }

  @Get(':quota')
  @Scopes('quotas:read')
  @ApiOperation({ summary: 'The latest version of a quota', description: 'Its number is the `ETag`.' })
  @ApiResponse({ status: 200, standardSchema: quotaWire })
  @ApiResponse(NOT_FOUND)
  async find(
    @Param({ schema: quotaPath }) { quota }: QuotaPath,
    @Caller() { accountId }: CallerType,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QuotaWire> {
    const state = unwrap(await this.quotas.find(accountId, quota));
    reply.header('etag', etagOf(state.version));
    return quotaToApi(state);
  }

  @Put(':quota')
  @Scopes('quotas:write')
  @ApiOperation({
    summary: 'Make or change a quota',
    description:
      'A new version that holds from now on, from `validFrom` on, or as a draft not yet. One that counts something else (another ' +
      'subject, filter, measure or window) begins to count anew; another limit goes on with what was counted. A quota that is ' +
      'there is changed with `If-Match` alone. Saying what is so already adds no version.',
  })
  @ApiHeader(IF_MATCH)
  @ApiHeader({ name: 'If-None-Match', required: false, description: '`*`: only if there is none' })
  @ApiResponse({ status: 200, standardSchema: quotaWire })
  @ApiResponse({ status: 201, standardSchema: quotaWire })
  @ApiResponse({ status: 400, description: 'quota.bad_definition, quota.valid_from_past, request.bad_precondition' })
  @ApiResponse({ status: 409, description: 'quota.too_many_quotas, quota.overrides_of_other_measure' })
  @ApiResponse(STALE)
  @ApiResponse(REQUIRED)
  async put(
    @Param({ schema: quotaPath }) { quota: name }: QuotaPath,
    @Body({ schema: putQuotaBody }) body: PutQuotaBody,
    @Caller() caller: CallerType,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QuotaWire> {
    const expected = unwrap(expectationOf(request.headers));
    const { state, created } = unwrap(await this.quotas.put(caller, { name, ...body }, expected));
    reply.status(created ? 201 : 200).header('etag', etagOf(state.version));
    return quotaToApi(state);
  }

  @Delete(':quota')
  @HttpCode(204)
  @Scopes('quotas:write')
  @ApiOperation({
    summary: 'Withdraw a quota',
    description:
      'From now on it limits nothing; its overrides are withdrawn too, and versions of it that were to come.',
  })
  @ApiHeader(IF_MATCH)
  @ApiResponse({ status: 204, description: 'It is withdrawn' })
  @ApiResponse(NOT_FOUND)
  @ApiResponse(STALE)
  @ApiResponse(REQUIRED)
  async withdraw(
    @Param({ schema: quotaPath }) { quota: name }: QuotaPath,
    @Query({ schema: quotaWithdrawalQuery }) { reason }: QuotaWithdrawalQuery,
    @Caller() caller: CallerType,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    unwrap(await this.quotas.withdraw(caller, { name, reason }, unwrap(expectationOf(request.headers))));
  }

  @Get(':quota/versions')
  @Scopes('quotas:read')
  @ApiOperation({ summary: 'All that was ever said of a quota', description: 'Also of one that is withdrawn.' })
  @ApiResponse({ status: 200, standardSchema: quotaVersionPage })
  @ApiResponse(NOT_FOUND)
  async versions(
    @Param({ schema: quotaPath }) { quota: name }: QuotaPath,
    @Query({ schema: quotaVersionQuery }) { limit, cursor }: QuotaVersionQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<QuotaVersionWire>> {
    const after = cursor && Number(cursor[0]);
    const found = unwrap(await this.quotas.history({ accountId, name, after, limit: limit + 1 }));
    return toPage(found, limit, ({ version }) => [String(version)], quotaVersionToApi);
  }
}
