import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Clock, formatInstant, versionAt } from '#calendar';
import {
  type LedgerAccountsQuery,
  type LedgerAccountWire,
  ledgerAccountPage,
  ledgerAccountsQuery,
  ledgerAccountWire,
  type Page,
  type SetLedgerAccountBody,
  setLedgerAccountBody,
  toPage,
} from '#contract';
import type { Caller as CallerType } from '#directory';
import { CLOCK } from '#platform';
import { isLedgerNameKind, LEDGER_CODES, type LedgerCode, type LedgerCodes, type LedgerName } from '#report';
import { Caller, Scopes } from '../auth/decorators.js';

@ApiTags('closing')
@Controller('v1/ledger-accounts')
export class LedgerAccountsController {
  constructor(
    @Inject(LEDGER_CODES) private readonly codes: LedgerCodes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Scopes('statements:read')
  @ApiOperation({
    summary: 'List the codes that a general ledger has for accounts of the journal and for cost centres',
  })
  @ApiResponse({ status: 200, standardSchema: ledgerAccountPage })
  async list(
    @Query({ schema: ledgerAccountsQuery }) { limit, cursor }: LedgerAccountsQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<LedgerAccountWire>> {
    const codes = await this.codes.list({ accountId, after: toName(cursor), limit: limit + 1 });
    return toPage(
      codes,
      limit,
      ({ kind, name }) => [kind, name],
      (code) => this.toApi(code),
    );
  }

  @Post()
  @HttpCode(200)
  @Scopes('statements:write')
  @ApiOperation({
    summary: 'Say what code an account or a cost centre has',
    description:
      'A new version, which holds from `validFrom` on; months that ended before keep the code they had. What is in force ' +
      'already changes nothing.',
  })
  @ApiResponse({ status: 200, standardSchema: ledgerAccountWire })
  async set(
    @Body({ schema: setLedgerAccountBody }) { kind, name, code, validFrom }: SetLedgerAccountBody,
    @Caller() caller: CallerType,
  ): Promise<LedgerAccountWire> {
    return this.toApi(await this.codes.set(caller, { kind, name, code, validFrom }));
  }

  private toApi({ kind, name, versions }: LedgerCode): LedgerAccountWire {
    const current = versionAt(versions, this.clock.now());
    return {
      kind,
      name,
      code: current?.code ?? null,
      since: current ? formatInstant(current.validFrom) : null,
      versions: versions.map(({ version, validFrom, code, recordedAt, recordedBy }) => ({
        version,
        validFrom: formatInstant(validFrom),
        code,
        recordedAt: formatInstant(recordedAt),
        recordedBy,
      })),
    };
  }
}

function toName(cursor: readonly string[] | undefined): LedgerName | undefined {
  const [kind = '', name = ''] = cursor ?? [];
  return isLedgerNameKind(kind) ? { kind, name } : undefined;
}
