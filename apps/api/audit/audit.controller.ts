import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { formatInstant } from '#calendar';
import { type AuditEntryWire, type AuditQuery, auditPage, auditQuery, type Page, toPage } from '#contract';
import { AUDIT_READER, type AuditEntry, type AuditReader, type Caller as CallerType } from '#directory';
import { Caller, Scopes } from '../auth/decorators.js';

@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(@Inject(AUDIT_READER) private readonly trail: AuditReader) {}

  @Get()
  @Scopes('audit:read')
  @ApiOperation({
    summary: 'List what was changed, the latest first',
    description:
      'Who changed what and when, with what held before and after: written by the database in the transaction of the change, and ' +
      'never changed itself. docs/formats.md says which changes are in it.',
  })
  @ApiResponse({ status: 200, standardSchema: auditPage })
  async list(
    @Query({ schema: auditQuery }) { limit, cursor, subject, from, to, actor }: AuditQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<AuditEntryWire>> {
    const of = subject === undefined ? undefined : subjectFromApi(subject);
    const page = { accountId, from, to, of, actor, before: cursor?.[0], limit: limit + 1 };
    return toPage(await this.trail.list(page), limit, ({ auditId }) => [auditId], entryToApi);
  }
}

/** `pool_policy:h100`, or a kind alone. */
function subjectFromApi(text: string) {
  const [kind = ''] = text.split(':', 1);
  return { kind, subject: kind === text ? undefined : text.slice(kind.length + 1) };
}

function entryToApi({ auditId, at, actor, action, kind, subject, before, after }: AuditEntry): AuditEntryWire {
  return { auditId, at: formatInstant(at), actor, action, subject: `${kind}:${subject}`, before, after };
}
