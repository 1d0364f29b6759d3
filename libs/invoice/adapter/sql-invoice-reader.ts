import type { DataSource, EntityManager } from 'typeorm';
import type { InvoicedAmount, InvoiceInputs } from '../domain/index.js';
import type { InvoiceReader } from '../service/invoice-reader.js';
import { CURRENT_VERSION_SQL, exactPicos } from './invoice-row.js';
import {
  MATCH_COLUMNS_SQL,
  type MatchRow,
  matchFromRow,
  POLICY_COLUMNS_SQL,
  type PolicyRow,
  policyFromRow,
} from './rule-row.js';

/** The invoices that have a line in the month, in the version that counts. */
const TOUCHING = `
  select i.account_id, i.invoice_id, i.provider, v.version from invoice i ${CURRENT_VERSION_SQL}
  where i.account_id = $1 and not v.withdrawn and exists (
    select from invoice_line l
    where l.account_id = i.account_id and l.invoice_id = i.invoice_id and l.version = v.version and l.period = $2
  )`;

/** Of other months the sum is enough; what no rule asks for would only make more rows of the same. */
const SELECT_AMOUNTS = `
  select t.invoice_id, t.provider, t.version, l.period,
    case when l.period = $2 then l.sub_account end as sub_account,
    case when l.period = $2 then l.sku end as sku,
    case when l.period = $2 and $3 then l.resource end as resource,
    case when l.period = $2 and $4 then l.tags end as tags,
    case when l.period = $2 then l.pool end as pool,
    case when l.period = $2 then l.model end as model,
    count(*)::int as lines, sum(l.amount) as amount, sum(l.tax) as tax
  from (${TOUCHING}) t join invoice_line l using (account_id, invoice_id, version)
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  order by 1, 4, 5, 6, 7, 8, 9, 10`;

interface AmountRow {
  readonly invoice_id: string;
  readonly provider: string;
  readonly version: number;
  readonly period: string;
  readonly sub_account: string | null;
  readonly sku: string | null;
  readonly resource: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly pool: string | null;
  readonly model: string | null;
  readonly lines: number;
  readonly amount: string;
  readonly tax: string;
}

export class SqlInvoiceReader implements InvoiceReader {
  constructor(private readonly dataSource: DataSource) {}

  load(accountId: number, period: string): Promise<InvoiceInputs> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const matches = (await select<MatchRow>(manager, 'invoice_match', MATCH_COLUMNS_SQL, accountId)).map(
        matchFromRow,
      );
      const policies = await select<PolicyRow>(manager, 'reconciliation_policy', POLICY_COLUMNS_SQL, accountId);
      const asks = [matches.some(({ resource }) => resource !== null), matches.some(({ tag }) => tag !== null)];
      const rows = await manager.query<AmountRow[]>(SELECT_AMOUNTS, [accountId, period, ...asks]);
      const versions = new Map(rows.map(({ invoice_id: invoiceId, version }) => [invoiceId, { invoiceId, version }]));
      return {
        amounts: rows.map(amountFromRow),
        matches,
        policies: policies.map(policyFromRow),
        versions: [...versions.values()],
      };
    });
  }
}

function select<T>(manager: EntityManager, table: string, columns: string, accountId: number): Promise<T[]> {
  return manager.query<T[]>(`select ${columns} from ${table} where account_id = $1 order by recorded_at, version`, [
    accountId,
  ]);
}

function amountFromRow(row: AmountRow): InvoicedAmount {
  const {
    invoice_id: invoiceId,
    provider,
    period,
    sub_account: subAccount,
    sku,
    resource,
    tags,
    pool,
    model,
    lines,
  } = row;
  const [amount, tax] = [exactPicos(row.amount), exactPicos(row.tax)];
  return { invoiceId, provider, period, subAccount, sku, resource, tags, pool, model, lines, amount, tax };
}
