import type { Clock } from '#calendar';
import type { AccountReader } from '#directory';
import { type FieldFailure, fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import {
  type ExactDecimal,
  formatExactDecimal,
  type InvoiceHeader,
  type InvoiceLine,
  PicoCarry,
} from '../domain/index.js';
import { ContentHash } from './content-hash.js';
import type { InvoiceFormat } from './invoice-columns.js';
import type { InvoiceStaging, InvoiceStore, StagedImport, StagedInvoice, StoredInvoice } from './invoice-store.js';
import { type InvoiceDefaults, type ReadRow, readInvoiceRow } from './read-invoice-row.js';

/** Who does it. */
export interface Author {
  readonly accountId: number;
  readonly apiKeyId: string | null;
}

/** A bill as it comes in, row by row. */
export interface InvoiceTable {
  readonly rows: AsyncIterable<ImportRow> | Iterable<ImportRow>;
  /** Of all its bytes; asked for once the rows are read. */
  sha256(): string;
}

export interface ImportInvoicesInput {
  readonly format: InvoiceFormat;
  readonly defaults: InvoiceDefaults;
  /** The zone of times without an offset. */
  readonly timeZone: string;
}

export interface ImportedInvoices {
  readonly invoices: readonly StoredInvoice[];
  readonly rows: number;
  /** Rows whose times had no zone and were taken in that of the import. */
  readonly rowsWithoutZone: number;
  readonly warnings: readonly FieldFailure[];
}

/** Rows beyond this are more than a month's bill has; bounds what one request makes of the disk. */
export const INVOICE_ROWS_MAX = 2_000_000;
const INVOICES_MAX = 1_000;
const CHUNK = 1_000;

/**
 * Takes bills over, all of a file or nothing. An invoice is known by provider and number; what is said of a known one becomes its
 * next version if it differs, so that importing a file twice changes nothing. Rows are staged as they come: memory
 * follows the number of invoices, not of lines.
 */
export class ImportInvoices {
  constructor(
    private readonly store: InvoiceStore,
    private readonly accounts: AccountReader,
    private readonly clock: Clock,
  ) {}

  /** Fails with `invoice.import_refused`, which names every row and column at fault, or `invoice.too_many`. */
  async run(
    { accountId, apiKeyId: recordedBy }: Author,
    input: ImportInvoicesInput,
    table: InvoiceTable,
  ): Promise<Outcome<ImportedInvoices>> {
    const account = await this.accounts.load(accountId);
    const failures = new RowFailures();
    const context = { ...input, account, failures };
    const intake = new InvoiceIntake(failures);
    const stored = await this.store.import({ accountId, recordedAt: this.clock.now(), recordedBy }, async (staging) => {
      for await (const row of table.rows) {
        if (intake.rows >= INVOICE_ROWS_MAX) return tooMany(`A file has at most ${INVOICE_ROWS_MAX} rows.`);
        await intake.add(row, readInvoiceRow(row, context), staging);
        if (intake.invoices > INVOICES_MAX) return tooMany(`A file has at most ${INVOICES_MAX} invoices.`);
      }
      if (!failures.none) return fail(failures.toFailure('invoice.import_refused'));
      return succeed(await intake.finish(staging, table.sha256()));
    });
    if (!stored.ok) return stored;
    const warnings = [...intake.warnings(), ...(await this.unknownCredits(accountId, stored.value))];
    const { rows, rowsWithoutZone } = intake;
    return succeed({ invoices: stored.value, rows, rowsWithoutZone, warnings });
  }

  /** A credit note may come before its invoice, or name one of a time before the account's. */
  private async unknownCredits(accountId: number, invoices: readonly StoredInvoice[]): Promise<FieldFailure[]> {
    const warnings: FieldFailure[] = [];
    for (const { provider, invoiceNumber, credits } of invoices) {
      if (credits === null || (await this.store.knownNumbers(accountId, provider, [credits])).has(credits)) continue;
      const detail = `credit note ${invoiceNumber} of ${provider} takes back from invoice ${credits}, which is not known here`;
      warnings.push({ pointer: '', code: 'invoice.unknown_credited', detail });
    }
    return warnings;
  }
}

export const IMPORT_INVOICES = Symbol('ImportInvoices');

interface Open {
  readonly header: InvoiceHeader;
  readonly place: string;
  readonly hash: ContentHash;
  readonly amounts: PicoCarry;
  readonly taxes: PicoCarry;
  lines: number;
  amount: bigint;
  tax: bigint;
}

/** Sorts lines into their invoices as they come, and sums what is to be known of each. */
class InvoiceIntake {
  rows = 0;
  rowsWithoutZone = 0;
  private readonly open: Open[] = [];
  private readonly byKey = new Map<string, number>();
  private waiting: (InvoiceLine & { readonly invoice: number })[] = [];

  constructor(private readonly failures: RowFailures) {}

  get invoices(): number {
    return this.open.length;
  }

  async add(row: ImportRow, read: ReadRow | undefined, staging: InvoiceStaging): Promise<void> {
    this.rows += 1;
    if (!read) return;
    if (read.hasLocalTime) this.rowsWithoutZone += 1;
    const invoice = this.invoiceOf(row, read.header);
    const open = invoice === undefined ? undefined : this.open[invoice];
    // What follows a fault is read for its own faults; nothing of it will be kept.
    if (invoice === undefined || !open || !this.failures.none) return;
    const [amount, tax] = [open.amounts.next(read.amount), open.taxes.next(read.tax)];
    open.hash.add(lineText(read));
    open.lines += 1;
    open.amount += amount;
    open.tax += tax;
    this.waiting.push({ ...read.line, invoice, lineNumber: this.rows, amount, tax });
    if (this.waiting.length >= CHUNK) await this.flush(staging);
  }

  async finish(staging: InvoiceStaging, fileSha256: string): Promise<StagedImport> {
    await this.flush(staging);
    const invoices = this.open.map(({ header, hash, lines, amount, tax }): StagedInvoice => {
      return { header, contentHash: hash.hex(), lines, amount, tax };
    });
    return { invoices, fileSha256 };
  }

  warnings(): FieldFailure[] {
    return this.open.flatMap(({ header, amounts, taxes }) => {
      const finer = amounts.finer + taxes.finer;
      if (finer === 0) return [];
      const off = [amounts.left, taxes.left].map(formatExactDecimal).filter((text) => text !== '0');
      const kept = off.length === 0 ? 'their sum is exact' : `their sum is exact but for ${off.join(' and ')}`;
      const detail = `${finer} amounts of invoice ${header.invoiceNumber} have more than 12 decimals; what is beyond is carried to the next, so that ${kept}`;
      return [{ pointer: '', code: 'invoice.finer_amounts', detail }];
    });
  }

  /** The index of the row's invoice. All rows of one must say the same of it. */
  private invoiceOf(row: ImportRow, header: InvoiceHeader): number | undefined {
    const key = JSON.stringify([header.provider, header.invoiceNumber]);
    const known = this.byKey.get(key);
    if (known === undefined) {
      const sums = { lines: 0, amount: 0n, tax: 0n };
      const fresh = { hash: new ContentHash(), amounts: new PicoCarry(), taxes: new PicoCarry() };
      this.byKey.set(key, this.open.push({ header, place: row.place, ...fresh, ...sums }) - 1);
      return this.open.length - 1;
    }
    const first = this.open[known];
    if (!first || JSON.stringify(first.header) === JSON.stringify(header)) return known;
    const detail = `says something else of invoice ${header.invoiceNumber} than ${first.place}: its kind, month, date, currency or what it credits`;
    this.failures.add(row, null, 'invoice.contradiction', detail);
    return undefined;
  }

  private async flush(staging: InvoiceStaging): Promise<void> {
    const lines = this.waiting;
    this.waiting = [];
    if (lines.length > 0) await staging.add(lines);
  }
}

/** All that a line says, its amounts as they came. */
function lineText({ line, amount, tax }: ReadRow): string {
  const { period, subAccount, sku, description, resource, tags, pool, model, region, category } = line;
  const { usageFrom, usageTo, quantity, unit } = line;
  const exact = (value: ExactDecimal) => formatExactDecimal(value);
  const sorted = tags && Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = [period, subAccount, sku, description, resource, sorted, pool, model, region, category];
  return JSON.stringify([...texts, usageFrom, usageTo, quantity, unit, exact(amount), exact(tax)]);
}

function tooMany<T>(detail: string): Outcome<T> {
  return fail({ kind: 'too_large', code: 'invoice.too_many', detail: `Nothing was imported. ${detail}` });
}
