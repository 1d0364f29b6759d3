import type { DataSource, EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { formatPicos } from '#money';
import { type Outcome, succeed } from '#outcome';
import type { InvoiceLine } from '../domain/index.js';
import type {
  InvoiceLinePage,
  InvoicePage,
  InvoiceStaging,
  InvoiceStore,
  RecordedInvoice,
  StagedImport,
  StagedInvoice,
  StoredInvoice,
} from '../service/invoice-store.js';
import {
  CURRENT_VERSION_SQL,
  INVOICE_COLUMNS_SQL,
  type InvoiceLineRow,
  type InvoiceVersionRow,
  invoiceFromRow,
  LINE_COLUMNS,
  lineFromRow,
  lineToRow,
} from './invoice-row.js';

const COLUMNS = LINE_COLUMNS.join(', ');

const CREATE_STAGING = `
  create temporary table invoice_staging on commit drop as
  select 0 as invoice, ${COLUMNS} from invoice_line with no data`;
const INSERT_STAGED = `
  insert into invoice_staging select * from jsonb_populate_recordset(null::invoice_staging, $1::jsonb)`;

/** Gives the invoice's id, of a new one the one proposed. */
const KNOW_INVOICE = `
  with known as (
    insert into invoice (account_id, invoice_id, provider, invoice_number) values ($1, $2, $3, $4)
    on conflict do nothing returning invoice_id
  )
  select invoice_id from known
  union all select invoice_id from invoice where account_id = $1 and provider = $3 and invoice_number = $4
  limit 1`;

const SELECT_CURRENT = `
  select ${INVOICE_COLUMNS_SQL}, v.content_hash from invoice i ${CURRENT_VERSION_SQL}
  where i.account_id = $1 and i.invoice_id = $2`;

const INSERT_VERSION = `
  insert into invoice_version (account_id, invoice_id, version, kind, billing_period, issued_on, currency, credits_number,
    withdrawn, reason, file_sha256, content_hash, line_count, amount, tax, recorded_at, recorded_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`;

const INSERT_LINES = `
  insert into invoice_line (account_id, invoice_id, version, ${COLUMNS})
  select $1, $2, $3, ${COLUMNS} from invoice_staging where invoice = $4`;

const SELECT_PAGE = `
  select ${INVOICE_COLUMNS_SQL} from invoice i ${CURRENT_VERSION_SQL}
  where i.account_id = $1 and ($2::text is null or i.provider = $2) and ($3::text is null or v.billing_period = $3)
    and ($4::text is null or (i.provider collate "C", i.invoice_number collate "C") > ($4 collate "C", $5 collate "C"))
  order by i.provider collate "C", i.invoice_number collate "C" limit $6`;

const SELECT_VERSIONS = `
  select ${INVOICE_COLUMNS_SQL} from invoice i join invoice_version v using (account_id, invoice_id)
  where account_id = $1 and invoice_id = $2 order by v.version`;

const SELECT_LINES = `
  select ${COLUMNS} from invoice_line
  where account_id = $1 and invoice_id = $2 and version = $3 and line_number > $4 order by line_number limit $5`;

type CurrentRow = InvoiceVersionRow & { readonly content_hash: string };
type Author = Parameters<InvoiceStore['import']>[0];

/** Rolls a transaction back without being an error of its own. */
class Refused extends Error {}

export class SqlInvoiceStore implements InvoiceStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly newId: () => string,
  ) {}

  async import(
    author: Author,
    work: (staging: InvoiceStaging) => Promise<Outcome<StagedImport>>,
  ): Promise<Outcome<readonly StoredInvoice[]>> {
    let refused: Outcome<never> | undefined;
    try {
      const stored = await this.dataSource.transaction(async (manager) => {
        await manager.query(CREATE_STAGING);
        const staged = await work(stagingIn(manager));
        if (!staged.ok) {
          refused = staged;
          throw new Refused();
        }
        return this.keep(manager, author, staged.value);
      });
      return succeed(stored);
    } catch (error) {
      if (error instanceof Refused && refused) return refused;
      throw error;
    }
  }

  async list({ accountId, provider, period, after, limit }: InvoicePage): Promise<readonly RecordedInvoice[]> {
    const parameters = [accountId, provider ?? null, period ?? null, ...(after ?? [null, null]), limit];
    return (await this.dataSource.query<InvoiceVersionRow[]>(SELECT_PAGE, parameters)).map(invoiceFromRow);
  }

  async versions(accountId: number, invoiceId: string): Promise<readonly RecordedInvoice[]> {
    const rows = await this.dataSource.query<InvoiceVersionRow[]>(SELECT_VERSIONS, [accountId, invoiceId]);
    return rows.map(invoiceFromRow);
  }

  async lines({ accountId, invoiceId, version, afterLine, limit }: InvoiceLinePage): Promise<readonly InvoiceLine[]> {
    const parameters = [accountId, invoiceId, version, afterLine, limit];
    return (await this.dataSource.query<InvoiceLineRow[]>(SELECT_LINES, parameters)).map(lineFromRow);
  }

  async knownNumbers(accountId: number, provider: string, numbers: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.dataSource.query<{ invoice_number: string }[]>(
      'select invoice_number from invoice where account_id = $1 and provider = $2 and invoice_number = any($3)',
      [accountId, provider, numbers],
    );
    return new Set(rows.map((row) => row.invoice_number));
  }

  withdraw({
    accountId,
    invoiceId,
    reason,
    recordedAt,
    recordedBy,
  }: Parameters<InvoiceStore['withdraw']>[0]): Promise<RecordedInvoice | undefined> {
    return this.dataSource.transaction(async (manager) => {
      await lock(manager, accountId);
      const current = await currentOf(manager, accountId, invoiceId);
      if (!current || current.withdrawn) return undefined;
      const header = invoiceFromRow(current);
      const version = current.version + 1;
      const nothing = { contentHash: '', lines: 0, amount: 0n, tax: 0n };
      const staged = { header, ...nothing };
      const author = { accountId, recordedAt, recordedBy };
      await insertVersion(manager, author, { invoiceId, version, staged, reason, fileSha256: null });
      const withdrawn = await currentOf(manager, accountId, invoiceId);
      return withdrawn && invoiceFromRow(withdrawn);
    });
  }

  private async keep(
    manager: EntityManager,
    author: Author,
    { invoices, fileSha256 }: StagedImport,
  ): Promise<StoredInvoice[]> {
    await lock(manager, author.accountId);
    const stored: StoredInvoice[] = [];
    for (const [index, staged] of invoices.entries())
      stored.push(await this.keepOne(manager, author, { staged, index, fileSha256 }));
    return stored;
  }

  private async keepOne(
    manager: EntityManager,
    author: Author,
    { staged, index, fileSha256 }: { staged: StagedInvoice; index: number; fileSha256: string },
  ): Promise<StoredInvoice> {
    const { accountId } = author;
    const { header, contentHash, ...sums } = staged;
    const key = [accountId, this.newId(), header.provider, header.invoiceNumber];
    const [known] = await manager.query<{ invoice_id: string }[]>(KNOW_INVOICE, key);
    if (!known) throw new Error('an invoice that was made known is not there');
    const invoiceId = known.invoice_id;
    const current = await currentOf(manager, accountId, invoiceId);
    if (current && isSame(current, staged))
      return { ...header, ...sums, invoiceId, version: current.version, outcome: 'unchanged' };
    const version = (current?.version ?? 0) + 1;
    await insertVersion(manager, author, { invoiceId, version, staged, reason: null, fileSha256 });
    await manager.query(INSERT_LINES, [accountId, invoiceId, version, index]);
    return { ...header, ...sums, invoiceId, version, outcome: current ? 'corrected' : 'created' };
  }
}

/** One change of the account's invoices at a time, or two could give one the same version. */
async function lock(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtext('invoice'), $1)`, [accountId]);
}

function stagingIn(manager: EntityManager): InvoiceStaging {
  return {
    add: async (lines) => {
      const rows = lines.map(({ invoice, ...line }) => ({ invoice, ...lineToRow(line) }));
      await manager.query(INSERT_STAGED, [JSON.stringify(rows)]);
    },
  };
}

async function currentOf(
  manager: EntityManager,
  accountId: number,
  invoiceId: string,
): Promise<CurrentRow | undefined> {
  const [row] = await manager.query<CurrentRow[]>(SELECT_CURRENT, [accountId, invoiceId]);
  return row;
}

function isSame(current: CurrentRow, { header, contentHash }: StagedInvoice): boolean {
  const { kind, billingPeriod, issuedOn, currency, credits } = header;
  const was = [current.kind, current.billing_period, current.issued_on, current.currency, current.credits_number];
  const is = [kind, billingPeriod, issuedOn, currency, credits];
  return !current.withdrawn && current.content_hash === contentHash && was.every((value, i) => value === is[i]);
}

interface NewVersion {
  readonly invoiceId: string;
  readonly version: number;
  readonly staged: StagedInvoice;
  /** Why it is withdrawn; null: it is not. */
  readonly reason: string | null;
  readonly fileSha256: string | null;
}

async function insertVersion(
  manager: EntityManager,
  { accountId, recordedAt, recordedBy }: Author,
  { invoiceId, version, staged, reason, fileSha256 }: NewVersion,
): Promise<void> {
  const { header, contentHash, lines, amount, tax } = staged;
  const { kind, billingPeriod, issuedOn, currency, credits } = header;
  await manager.query(INSERT_VERSION, [
    ...[accountId, invoiceId, version, kind, billingPeriod, issuedOn, currency, credits],
    ...[reason !== null, reason, fileSha256, contentHash, lines, formatPicos(amount), formatPicos(tax)],
    ...[formatInstant(recordedAt), recordedBy],
  ]);
}
