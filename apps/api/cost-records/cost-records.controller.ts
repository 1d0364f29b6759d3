import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { formatInstant } from '#calendar';
import {
  type CostRecordImportQuery,
  type CostRecordPath,
  type CostRecordQuery,
  type CostRecordVersions,
  type CostRecordWire,
  costRecordImportQuery,
  costRecordPage,
  costRecordPath,
  costRecordQuery,
  costRecordVersions,
  type ImportedCostRecords,
  importedCostRecords,
  type Page,
  toPage,
} from '#contract';
import {
  COST_RECORD_COLUMNS,
  COST_RECORDS,
  type CostRecords,
  IMPORT_COST_RECORDS,
  type ImportCostRecords,
  type RecordedCostRecord,
} from '#cost-record';
import type { Caller as CallerType } from '#directory';
import { formatPicos, scaledToDecimal } from '#money';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { ImportRoute } from '../tables/import-route.js';
import { readRows } from '../tables/read-rows.js';
import { positionOf } from './position.js';

@ApiTags('cost records')
@Controller('v1/cost-records')
export class CostRecordsController {
  constructor(
    @Inject(COST_RECORDS) private readonly costRecords: CostRecords,
    @Inject(IMPORT_COST_RECORDS) private readonly importCostRecords: ImportCostRecords,
  ) {}

  @Post()
  @ImportRoute({
    scope: 'costs:write',
    columns: COST_RECORD_COLUMNS,
    summary: 'Import what instances cost',
    description:
      'A JSON list, or CSV with the columns pool, provider, region, instance_type, pricing_model, hourly_rate, currency, ' +
      'count, from, to and optionally list_hourly_rate. All of it is taken or nothing. A record is known by all but its ' +
      'rates, count and end; what differs becomes its next version, what does not changes nothing. A record without ' +
      'an end that another one follows is billed beside it, with a warning in the answer.',
    answer: importedCostRecords,
    refusal: 'cost_record.import_refused',
  })
  async import(
    @Body() body: unknown,
    @Query({ schema: costRecordImportQuery }) { openEnds }: CostRecordImportQuery,
    @Caller() caller: CallerType,
  ): Promise<ImportedCostRecords> {
    const rows = unwrap(readRows(body, COST_RECORD_COLUMNS));
    const imported = unwrap(await this.importCostRecords.run(caller, rows, openEnds));
    return { ...imported, warnings: [...imported.warnings] };
  }

  @Get()
  @Scopes('costs:read')
  @ApiOperation({ summary: 'List the cost records, each in its current version' })
  @ApiResponse({ status: 200, standardSchema: costRecordPage })
  async list(
    @Query({ schema: costRecordQuery }) { limit, cursor, pool }: CostRecordQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<CostRecordWire>> {
    const position = cursor && positionOf(cursor);
    const after = position && { ...position, costRecordId: position.id };
    const records = await this.costRecords.list({ accountId, pool, after, limit: limit + 1 });
    const keyOf = (one: RecordedCostRecord) => [one.pool, String(one.validFrom), one.costRecordId];
    return toPage(records, limit, keyOf, toApi);
  }

  @Get(':costRecordId')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'All versions of a cost record, the current one last' })
  @ApiResponse({ status: 200, standardSchema: costRecordVersions })
  @ApiResponse({ status: 404, description: 'cost_record.record_not_found' })
  async find(
    @Param({ schema: costRecordPath }) { costRecordId }: CostRecordPath,
    @Caller() { accountId }: CallerType,
  ): Promise<CostRecordVersions> {
    return { data: unwrap(await this.costRecords.versions(accountId, costRecordId)).map(toApi) };
  }
}

function toApi(record: RecordedCostRecord): CostRecordWire {
  const { hourlyRate, listHourlyRate, instanceMicros, validFrom, validTo, recordedAt, ...rest } = record;
  return {
    ...rest,
    hourlyRate: formatPicos(hourlyRate),
    listHourlyRate: listHourlyRate === null ? null : formatPicos(listHourlyRate),
    count: scaledToDecimal(instanceMicros, 6),
    from: formatInstant(validFrom),
    to: validTo === null ? null : formatInstant(validTo),
    recordedAt: formatInstant(recordedAt),
  };
}
