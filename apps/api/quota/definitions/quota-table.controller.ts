import { Body, Controller, Get, Inject, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { stringify } from 'csv-stringify/sync';
import type { Clock } from '#calendar';
import { type QuotaDiffWire, type QuotaImportQuery, quotaDiffWire, quotaImportQuery } from '#contract';
import type { Caller as CallerType } from '#directory';
import { CLOCK } from '#platform';
import {
  EXPORTED_COLUMNS,
  IMPORT_QUOTAS,
  type ImportQuotas,
  QUOTA_COLUMNS,
  QUOTAS,
  QUOTAS_MAX,
  type Quotas,
  toCells,
} from '#quota';
import { Caller, Scopes } from '../../auth/decorators.js';
import { unwrap } from '../../problem/failure.exception.js';
import { ImportRoute } from '../../tables/import-route.js';
import { readRows } from '../../tables/read-rows.js';
import { quotaDiffToApi } from './quota-wire.js';

@ApiTags('quotas')
@Controller('v1')
export class QuotaTableController {
  constructor(
    @Inject(QUOTAS) private readonly quotas: Quotas,
    @Inject(IMPORT_QUOTAS) private readonly importQuotas: ImportQuotas,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('quotas.csv')
  @Scopes('quotas:read')
  @ApiOperation({
    summary: 'The latest version of each quota as CSV',
    description: 'In the form that is imported: importing it changes nothing.',
  })
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'The file' })
  async csv(@Caller() { accountId }: CallerType): Promise<StreamableFile> {
    const now = this.clock.now();
    const found = await this.quotas.list({ accountId, after: undefined, limit: QUOTAS_MAX }, undefined);
    const rows = found.map(({ version }) => toCells(version, now));
    const text = stringify(rows, { header: true, columns: [...EXPORTED_COLUMNS], record_delimiter: 'windows' });
    const options = { type: 'text/csv; charset=utf-8', disposition: 'attachment; filename="quotas.csv"' };
    return new StreamableFile(Buffer.from(text), options);
  }

  @Post('quotas')
  @ImportRoute({
    scope: 'quotas:write',
    columns: QUOTA_COLUMNS,
    summary: 'Import quotas',
    description:
      'A JSON list, or CSV with the columns of `quotas.csv` and `reason`. All of it is taken or nothing. A quota is known by its ' +
      'name; a row that says something else of it is its next version, one with `withdrawn` true withdraws it, and what is not in ' +
      'the table stays. The answer tells what changed field by field; with `dryRun=true` what would.',
    answer: quotaDiffWire,
    refusal: 'quota.import_refused',
  })
  @ApiResponse({ status: 409, description: 'quota.too_many_quotas' })
  async import(
    @Body() body: unknown,
    @Query({ schema: quotaImportQuery }) { dryRun, reason }: QuotaImportQuery,
    @Caller() caller: CallerType,
  ): Promise<QuotaDiffWire> {
    const rows = unwrap(readRows(body, QUOTA_COLUMNS));
    return quotaDiffToApi(unwrap(await this.importQuotas.run(caller, { rows, reason, dryRun })), dryRun);
  }
}
