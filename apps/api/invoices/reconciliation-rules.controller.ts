import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type InvoiceMatchBody,
  type InvoiceMatchQuery,
  type InvoiceMatchWire,
  invoiceMatchBody,
  invoiceMatchPage,
  invoiceMatchQuery,
  invoiceMatchWire,
  type Page,
  type ReconciliationPolicyBody,
  type ReconciliationPolicyQuery,
  type ReconciliationPolicyWire,
  reconciliationPolicyBody,
  reconciliationPolicyPage,
  reconciliationPolicyQuery,
  reconciliationPolicyWire,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { RECONCILIATION_RULES, type ReconciliationRules } from '#invoice';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { matchToApi, policyToApi } from './invoice-wire.js';

const REFUSED = [
  { status: 400, description: 'request.invalid' },
  { status: 404, description: 'invoice.pool_not_found' },
] as const;

@ApiTags('invoices')
@Controller('v1')
export class ReconciliationRulesController {
  constructor(@Inject(RECONCILIATION_RULES) private readonly rules: ReconciliationRules) {}

  @Get('invoice-matches')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'List all versions of the rules that say whose invoice lines are' })
  @ApiResponse({ status: 200, standardSchema: invoiceMatchPage })
  async matches(
    @Query({ schema: invoiceMatchQuery }) { limit, cursor }: InvoiceMatchQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<InvoiceMatchWire>> {
    const matches = await this.rules.matches({ accountId, after: positionOf(cursor), limit: limit + 1 });
    const keyOf = ({ provider, subAccount, sku, resource, tag, version }: (typeof matches)[number]) => {
      return [provider, subAccount ?? '', sku ?? '', resource ?? '', tag ?? '', version.toString()];
    };
    return toPage(matches, limit, keyOf, matchToApi);
  }

  @Post('invoice-matches')
  @Scopes('costs:write')
  @ApiOperation({
    summary: 'Say whose the invoice lines are that a rule asks for',
    description:
      'A pool, a provider, the platform (charged to nobody), or `none` where the rule shall hold no more. Of the rules that ' +
      'take a line in, the one that names most wins. A new version from a month on; saying what holds already changes nothing.',
  })
  @ApiResponse({ status: 201, standardSchema: invoiceMatchWire })
  @ApiResponse(REFUSED[0])
  @ApiResponse(REFUSED[1])
  async match(
    @Body({ schema: invoiceMatchBody }) body: InvoiceMatchBody,
    @Caller() caller: CallerType,
  ): Promise<InvoiceMatchWire> {
    const match = { ...body, fromPeriod: body.fromPeriod };
    return matchToApi(unwrap(await this.rules.match(caller, match)));
  }

  @Get('reconciliation-policies')
  @Scopes('costs:read')
  @ApiOperation({ summary: 'List all versions of what is agreed of differences to invoices' })
  @ApiResponse({ status: 200, standardSchema: reconciliationPolicyPage })
  async policies(
    @Query({ schema: reconciliationPolicyQuery }) { limit, cursor }: ReconciliationPolicyQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<ReconciliationPolicyWire>> {
    const policies = await this.rules.policies({ accountId, after: positionOf(cursor), limit: limit + 1 });
    return toPage(policies, limit, ({ party, version }) => [party, version.toString()], policyToApi);
  }

  @Post('reconciliation-policies')
  @Scopes('costs:write')
  @ApiOperation({
    summary: 'Say what happens to the difference between what a pool or provider was metered and invoiced',
    description:
      '`hold`: the month is not closed over it without a reason. `true_up`: it is charged or credited in proportion to what ' +
      "the party's lines cost. `shared_pool`: it goes to whom the policy of `sharedPool` sends shared cost. A new version from a month on; saying what holds already changes nothing.",
  })
  @ApiResponse({ status: 201, standardSchema: reconciliationPolicyWire })
  @ApiResponse(REFUSED[0])
  @ApiResponse(REFUSED[1])
  @ApiResponse({ status: 409, description: 'invoice.not_a_shared_pool' })
  async setPolicy(
    @Body({ schema: reconciliationPolicyBody }) body: ReconciliationPolicyBody,
    @Caller() caller: CallerType,
  ): Promise<ReconciliationPolicyWire> {
    const { pool, provider, policy, sharedPool = null, tolerance, tolerancePercent, fromPeriod } = body;
    const party = pool === undefined ? `provider:${provider ?? ''}` : `pool:${pool}`;
    const toleranceBasisPoints = Number(tolerancePercent);
    const input = { party, policy, sharedPool, tolerance, toleranceBasisPoints, fromPeriod };
    return policyToApi(unwrap(await this.rules.setPolicy(caller, input)));
  }
}

/** A key and, as its last part, a version. */
function positionOf(cursor: readonly string[] | undefined) {
  return cursor && { key: cursor.slice(0, -1), version: Number(cursor.at(-1)) };
}
