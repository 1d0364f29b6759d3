import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import type { AuditEntry } from '../domain/index.js';
import type { AuditPage, AuditReader } from '../service/audit-reader.js';

const SELECT = `
  select audit_id, changed_at, actor, action, kind, subject, before, after from audit_entry where account_id = $1`;

interface AuditRow extends Pick<AuditEntry, 'actor' | 'action' | 'kind' | 'subject' | 'before' | 'after'> {
  readonly audit_id: string;
  readonly changed_at: Date;
}

const MACHINE_KEY_ID = /^[0-9a-f]{12}$/;

export class SqlAuditReader implements AuditReader {
  constructor(private readonly dataSource: DataSource) {}

  async list(page: AuditPage): Promise<readonly AuditEntry[]> {
    const [conditions, values] = conditionsOf(page);
    const text = [SELECT, ...conditions].join(' and ');
    const rows = await this.dataSource.query<AuditRow[]>(
      `${text} order by audit_id desc limit $${(values.length + 2).toString()}`,
      [page.accountId, ...values, page.limit],
    );
    return rows.map(({ audit_id: auditId, changed_at: at, ...said }) => ({ auditId, at: at.getTime(), ...said }));
  }
}

/** Only those asked for: what is not in the text cannot keep an index from being used. */
function conditionsOf({ from, to, of, actor, before }: AuditPage): [string[], unknown[]] {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: string, value: string | undefined) => {
    if (value === undefined) return;
    values.push(value);
    // The account is the first of all values.
    conditions.push(`${condition} $${(values.length + 1).toString()}`);
  };
  add('audit_id <', before);
  add('changed_at >=', from === undefined ? undefined : formatInstant(from));
  add('changed_at <', to === undefined ? undefined : formatInstant(to));
  add('kind =', of?.kind);
  add('subject =', of?.subject);
  add(actor !== undefined && MACHINE_KEY_ID.test(actor) ? 'actor_key =' : 'actor =', actor);
  return [conditions, values];
}
