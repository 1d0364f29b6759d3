import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type ImportedInvoicesWire,
  type ImportInvoicesQuery,
  type InvoiceLinesQuery,
  type InvoiceLineWire,
  type InvoicePath,
  type InvoiceQuery,
  type InvoiceVersions,
  type InvoiceWire,
  importedInvoices,
  importInvoicesQuery,
  invoiceLinePage,
  invoiceLinesQuery,
  invoicePage,
  invoicePath,
  invoiceQuery,
  invoiceVersions,
  invoiceWire,
  type Page,
  toPage,
  type WithdrawInvoiceBody,
  withdrawInvoiceBody,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { IMPORT_INVOICES, type ImportInvoices, INVOICES, type Invoices, knownColumns, requiredColumns } from '#invoice';
import { succeed } from '#outcome';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { STREAMED_CSV } from '../tables/csv-body.module.js';
import { tableSchema } from '../tables/table-columns.js';
import { invoiceTable } from './invoice-table.js';
import { importedToApi, invoiceLineToApi, invoiceToApi } from './invoice-wire.js';
import { RECEIVE_INVOICES, type ReceiveInvoices } from './receive-invoices.js';

const CSV_COLUMNS = {
  required: requiredColumns('csv'),
  optional: knownColumns('csv').filter((name) => !requiredColumns('csv').includes(name)),
};
const NOT_FOUND = { status: 404, description: 'invoice.not_found' };

@ApiTags('invoices')
@Controller('v1/invoices')
export class InvoicesController {
  constructor(
    @Inject(INVOICES) private readonly invoices: Invoices,
    @Inject(IMPORT_INVOICES) private readonly importInvoices: ImportInvoices,
    @Inject(RECEIVE_INVOICES) private readonly receive: ReceiveInvoices,
  ) {}

  @Post()
  @HttpCode(200)
  @Scopes('costs:write')
  @RouteConfig(STREAMED_CSV)
  @ApiConsumes('application/json', 'text/csv')
  @ApiBody({ schema: tableSchema(CSV_COLUMNS) })
  @ApiOperation({
    summary: 'Import invoices and credit notes',
    description:
      'A JSON list, or a CSV file of any length with the same in snake case, or FOCUS Cost and Usage with `format=focus`. All of it ' +
      'is taken or nothing. An invoice is known by provider and number; what is said of a known one becomes its next version ' +
      'if it differs. Other columns are not read and named in the answer.',
  })
  @ApiResponse({ status: 200, standardSchema: importedInvoices })
  @ApiResponse({ status: 400, description: 'invoice.import_refused with each row and column at fault, table.*' })
  @ApiResponse({ status: 413, description: 'invoice.too_many, invoice.too_large, request.too_large' })
  @ApiResponse({ status: 429, description: 'invoice.busy' })
  async import(
    @Body() body: unknown,
    @Query({ schema: importInvoicesQuery }) query: ImportInvoicesQuery,
    @Caller() caller: CallerType,
  ): Promise<ImportedInvoicesWire> {
    const { format, timeZone, provider = null, invoiceNumber = null, period = null, credits = null } = query;
    const input = { format, timeZone, defaults: { provider, invoiceNumber, period, credits } };
    const imported = await this.receive.take(body, async (received) => {
      const table = invoiceTable(received, format);
      if (!table.ok) return table;
      const done = await this.importInvoices.run(caller, input, table.value);
      return done.ok ? succeed(importedToApi(done.value, table.value.ignored)) : done;
    });
    return unwrap(imported);
  }

  @Get()
  @Scopes('costs:read')
  @ApiOperation({ summary: 'List invoices and credit notes, each in its current version' })
  @ApiResponse({ status: 200, standardSchema: invoicePage })
  async list(
    @Query({ schema: invoiceQuery }) { limit, cursor, provider, period }: InvoiceQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<InvoiceWire>> {
    const [after = '', number = ''] = cursor ?? [];
    const invoices = await this.invoices.list({
      ...{ accountId, provider: provider?.toLowerCase(), period, limit: limit + 1 },
      after: cursor && [after, number],
    });
    return toPage(invoices, limit, (one) => [one.provider, one.invoiceNumber], invoiceToApi);
  }

  @Get(':invoiceId')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'All versions of an invoice, the current one last' })
  @ApiResponse({ status: 200, standardSchema: invoiceVersions })
  @ApiResponse(NOT_FOUND)
  async find(
    @Param({ schema: invoicePath }) { invoiceId }: InvoicePath,
    @Caller() { accountId }: CallerType,
  ): Promise<InvoiceVersions> {
    return { data: unwrap(await this.invoices.versions(accountId, invoiceId)).map(invoiceToApi) };
  }

  @Get(':invoiceId/lines')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'The lines of an invoice in its current version' })
  @ApiResponse({ status: 200, standardSchema: invoiceLinePage })
  @ApiResponse(NOT_FOUND)
  async lines(
    @Param({ schema: invoicePath }) { invoiceId }: InvoicePath,
    @Query({ schema: invoiceLinesQuery }) { limit, cursor }: InvoiceLinesQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<InvoiceLineWire>> {
    const page = { afterLine: Number(cursor?.[0] ?? 0), limit: limit + 1 };
    const lines = unwrap(await this.invoices.lines(accountId, invoiceId, page));
    return toPage(lines, limit, ({ lineNumber }) => [lineNumber.toString()], invoiceLineToApi);
  }

  @Post(':invoiceId/withdrawal')
  @HttpCode(200)
  @Scopes('costs:write')
  @ApiOperation({
    summary: 'Withdraw an invoice',
    description: 'From now on it counts for nothing. To import it again brings it back as a new version.',
  })
  @ApiResponse({ status: 200, standardSchema: invoiceWire })
  @ApiResponse(NOT_FOUND)
  @ApiResponse({ status: 409, description: 'invoice.withdrawn' })
  async withdraw(
    @Param({ schema: invoicePath }) { invoiceId }: InvoicePath,
    @Body({ schema: withdrawInvoiceBody }) { reason }: WithdrawInvoiceBody,
    @Caller() caller: CallerType,
  ): Promise<InvoiceWire> {
    return invoiceToApi(unwrap(await this.invoices.withdraw(caller, invoiceId, reason)));
  }
}
