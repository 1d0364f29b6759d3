import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type ImportCounts,
  importCounts,
  type MappingPreviewQuery,
  type MappingPreviewWire,
  type MappingRulePath,
  type MappingRuleQuery,
  type MappingRuleWire,
  type MappingRuleWithdrawal,
  mappingPreviewQuery,
  mappingPreviewWire,
  mappingRulePage,
  mappingRulePath,
  mappingRuleQuery,
  mappingRuleWire,
  mappingRuleWithdrawal,
  type Page,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { MAPPING_RULE_COLUMNS, MAPPING_RULES, type MappingRules } from '#directory';
import { PREVIEW_MAPPING, type PreviewMapping } from '#statement';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';
import { BUSY, CURRENCY } from '../statements/failures.js';
import { ImportRoute } from '../tables/import-route.js';
import { readRows } from '../tables/read-rows.js';
import { tableSchema } from '../tables/table-columns.js';
import { mappingPreviewToApi, mappingRuleToApi } from './mapping-rule-wire.js';

@ApiTags('mapping rules')
@Controller('v1/mapping-rules')
export class MappingRulesController {
  constructor(
    @Inject(MAPPING_RULES) private readonly rules: MappingRules,
    @Inject(PREVIEW_MAPPING) private readonly previewMapping: PreviewMapping,
  ) {}

  @Post()
  @ImportRoute({
    scope: 'directory:write',
    columns: MAPPING_RULE_COLUMNS,
    summary: 'Say whose usage it is that names no known team',
    description:
      'A JSON list, or CSV with the columns match (api_key, tag, user, source, team), pattern, team, from, reason and ' +
      'optionally tag_key, project, cost_center, override, to. All of it is taken or nothing. A rule is known by match, ' +
      'tag key, pattern and start; what differs becomes its next version. Drafts follow at once, closed months by corrections.',
    answer: importCounts,
    refusal: 'mapping.import_refused',
  })
  @ApiResponse({ status: 409, description: 'mapping.too_many_rules' })
  async import(@Body() body: unknown, @Caller() caller: CallerType): Promise<ImportCounts> {
    return unwrap(await this.rules.import(caller, unwrap(readRows(body, MAPPING_RULE_COLUMNS))));
  }

  @Post('previews')
  @HttpCode(200)
  @Scopes('directory:write', 'statements:read')
  @ApiConsumes('application/json', 'text/csv')
  @ApiBody({ schema: tableSchema(MAPPING_RULE_COLUMNS) })
  @ApiOperation({ summary: 'Tell what of a month rules would move, from whom to whom; nothing is stored' })
  @ApiResponse({ status: 200, standardSchema: mappingPreviewWire })
  @ApiResponse({ status: 400, description: 'mapping.import_refused, table.*, statement.bad_period' })
  @ApiResponse({ ...CURRENCY, description: `${CURRENCY.description}, mapping.too_many_rules` })
  @ApiResponse(BUSY)
  async preview(
    @Body() body: unknown,
    @Query({ schema: mappingPreviewQuery }) { period }: MappingPreviewQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<MappingPreviewWire> {
    const rows = unwrap(readRows(body, MAPPING_RULE_COLUMNS));
    return mappingPreviewToApi(unwrap(await this.previewMapping.preview({ accountId, period }, rows)));
  }

  @Post(':mappingRuleId/withdrawal')
  @HttpCode(200)
  @Scopes('directory:write')
  @ApiOperation({ summary: 'Withdraw a rule: it counts for nothing from now on, at any time' })
  @ApiResponse({ status: 200, standardSchema: mappingRuleWire })
  @ApiResponse({ status: 404, description: 'mapping.rule_not_found' })
  @ApiResponse({ status: 409, description: 'mapping.rule_superseded, mapping.rule_withdrawn' })
  async withdraw(
    @Param({ schema: mappingRulePath }) { mappingRuleId }: MappingRulePath,
    @Body({ schema: mappingRuleWithdrawal }) { reason }: MappingRuleWithdrawal,
    @Caller() caller: CallerType,
  ): Promise<MappingRuleWire> {
    return mappingRuleToApi(unwrap(await this.rules.withdraw(caller, mappingRuleId, reason)));
  }

  @Get()
  @Scopes('directory:read')
  @ApiOperation({ summary: 'List the rules, all versions in the order they were recorded: who, when and why' })
  @ApiResponse({ status: 200, standardSchema: mappingRulePage })
  async list(
    @Query({ schema: mappingRuleQuery }) { limit, cursor }: MappingRuleQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<MappingRuleWire>> {
    const rules = await this.rules.list({ accountId, after: cursor?.[0], limit: limit + 1 });
    return toPage(rules, limit, ({ mappingRuleId }) => [mappingRuleId], mappingRuleToApi);
  }
}
