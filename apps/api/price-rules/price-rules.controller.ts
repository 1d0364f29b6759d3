import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type ImportCounts,
  importCounts,
  type Page,
  type PriceRulePath,
  type PriceRuleQuery,
  type PriceRuleWire,
  priceRulePage,
  priceRulePath,
  priceRuleQuery,
  priceRuleWire,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { IMPORT_PRICE_RULES, type ImportPriceRules, PRICE_RULE_COLUMNS, PRICE_RULES, type PriceRules } from '#pricing';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { ImportRoute } from '../tables/import-route.js';
import { readRows } from '../tables/read-rows.js';
import { priceRuleToApi } from './price-rule-wire.js';

@ApiTags('prices')
@Controller('v1/price-rules')
export class PriceRulesController {
  constructor(
    @Inject(PRICE_RULES) private readonly rules: PriceRules,
    @Inject(IMPORT_PRICE_RULES) private readonly importRules: ImportPriceRules,
  ) {}

  @Post()
  @ImportRoute({
    scope: 'prices:write',
    columns: PRICE_RULE_COLUMNS,
    summary: 'Import rules that change what usage costs',
    description:
      'A JSON list, or CSV with the columns kind (tier_multiplier, discount, markup, minimum), value, from and optionally ' +
      'provider, model (with *), service_tier, team, cost_center, currency, to. All of it is taken or nothing. A rule is ' +
      'known by its kind, what usage it is for and its start; what differs becomes its next version.',
    answer: importCounts,
    refusal: 'pricing.import_refused',
  })
  @ApiResponse({ status: 409, description: 'pricing.too_many_rules' })
  async import(@Body() body: unknown, @Caller() caller: CallerType): Promise<ImportCounts> {
    return unwrap(await this.importRules.run(caller, unwrap(readRows(body, PRICE_RULE_COLUMNS))));
  }

  @Post(':priceRuleId/withdrawal')
  @HttpCode(200)
  @Scopes('prices:write')
  @ApiOperation({
    summary: 'Withdraw a price rule',
    description:
      'For one that should never have been told: a new version that counts for nothing. To end one, give it a `to`.',
  })
  @ApiResponse({ status: 200, standardSchema: priceRuleWire })
  @ApiResponse({ status: 404, description: 'pricing.rule_not_found' })
  @ApiResponse({ status: 409, description: 'pricing.rule_superseded, pricing.rule_withdrawn' })
  async withdraw(
    @Param({ schema: priceRulePath }) { priceRuleId }: PriceRulePath,
    @Caller() caller: CallerType,
  ): Promise<PriceRuleWire> {
    return priceRuleToApi(unwrap(await this.rules.withdraw(caller, priceRuleId)));
  }

  @Get()
  @Scopes('prices:read')
  @ApiOperation({
    summary: 'List price rules',
    description: 'All versions in the order they were recorded, or with `at` those in force at that time.',
  })
  @ApiResponse({ status: 200, standardSchema: priceRulePage })
  async list(
    @Query({ schema: priceRuleQuery }) { limit, cursor, kind, at }: PriceRuleQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<PriceRuleWire>> {
    const after = cursor?.[0];
    const rules = await this.rules.list({ accountId, kind, at, after, limit: limit + 1 });
    return toPage(rules, limit, ({ priceRuleId }) => [priceRuleId], priceRuleToApi);
  }
}
