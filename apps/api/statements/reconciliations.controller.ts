import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type ReconciliationWire, reconciliationWire, type StatementPath, statementPath } from '#contract';
import type { Caller as CallerType } from '#directory';
import { RECONCILE_PERIOD, type ReconcilePeriod } from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BAD_PERIOD, BUSY, CURRENCY } from './failures.js';
import { reconciliationToApi } from './reconciliation-wire.js';

@ApiTags('reconciliation')
@Controller('v1/reconciliations')
export class ReconciliationsController {
  constructor(@Inject(RECONCILE_PERIOD) private readonly reconciliations: ReconcilePeriod) {}

  @Get(':period')
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'A month against its invoices',
    description:
      'What every pool and provider was metered, invoiced and billed, and what of it is open. With all that is known now, also of a ' +
      'closed month: then what is billed is its close and all corrections of it that are closed.',
  })
  @ApiResponse({ status: 200, standardSchema: reconciliationWire })
  @ApiResponse(BAD_PERIOD)
  @ApiResponse(CURRENCY)
  @ApiResponse(BUSY)
  async find(
    @Param({ schema: statementPath }) { period }: StatementPath,
    @Caller() { accountId }: CallerType,
  ): Promise<ReconciliationWire> {
    return reconciliationToApi(unwrap(await this.reconciliations.reconcile({ accountId, period })));
  }
}
