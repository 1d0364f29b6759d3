import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { formatInstant } from '#calendar';
import {
  type FxRateQuery,
  type FxRateWire,
  fxRatePage,
  fxRateQuery,
  type ImportCounts,
  importCounts,
  type Page,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { formatPicos } from '#money';
import {
  FX_RATE_COLUMNS,
  FX_RATE_STORE,
  type FxRateStore,
  IMPORT_FX_RATES,
  type ImportFxRates,
  type RecordedFxRate,
} from '#pricing';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { ImportRoute } from '../tables/import-route.js';
import { readRows } from '../tables/read-rows.js';

@ApiTags('prices')
@Controller('v1/fx-rates')
export class FxRatesController {
  constructor(
    @Inject(FX_RATE_STORE) private readonly rates: FxRateStore,
    @Inject(IMPORT_FX_RATES) private readonly importRates: ImportFxRates,
  ) {}

  @Post()
  @ImportRoute({
    scope: 'prices:write',
    columns: FX_RATE_COLUMNS,
    summary: 'Import rates of exchange by day',
    description:
      'A JSON list, or CSV with the columns from, to, day, rate and optionally source: one unit of from is so many of to. All of ' +
      'it is taken or nothing; what differs from a known rate of the day becomes its next version.',
    answer: importCounts,
    refusal: 'pricing.import_refused',
  })
  async import(@Body() body: unknown, @Caller() caller: CallerType): Promise<ImportCounts> {
    return unwrap(await this.importRates.run(caller, unwrap(readRows(body, FX_RATE_COLUMNS))));
  }

  @Get()
  @Scopes('prices:read')
  @ApiOperation({ summary: 'List rates of exchange, all versions in the order they were recorded' })
  @ApiResponse({ status: 200, standardSchema: fxRatePage })
  async list(
    @Query({ schema: fxRateQuery }) { limit, cursor, from, to }: FxRateQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<FxRateWire>> {
    const after = cursor?.[0];
    const rates = await this.rates.list({ accountId, from, to, after, limit: limit + 1 });
    return toPage(rates, limit, ({ fxRateId }) => [fxRateId], fxRateToApi);
  }
}

function fxRateToApi({ rate, recordedAt, ...rest }: RecordedFxRate): FxRateWire {
  return { ...rest, rate: formatPicos(rate), recordedAt: formatInstant(recordedAt) };
}
