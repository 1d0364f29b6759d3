import type { Clock } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import type { InvoiceLine } from '../domain/index.js';
import type { Author } from './import-invoices.js';
import type { InvoicePage, InvoiceStore, RecordedInvoice } from './invoice-store.js';

/** Reads invoices back, and takes those out that should not be there. */
export class Invoices {
  constructor(
    private readonly store: InvoiceStore,
    private readonly clock: Clock,
  ) {}

  list(page: InvoicePage): Promise<readonly RecordedInvoice[]> {
    return this.store.list(page);
  }

  /** All versions, ascending. Fails with `invoice.not_found`. */
  async versions(accountId: number, invoiceId: string): Promise<Outcome<readonly RecordedInvoice[]>> {
    const versions = await this.store.versions(accountId, invoiceId);
    return versions.length > 0 ? succeed(versions) : notFound(invoiceId);
  }

  /** The lines of the current version after a line, at most so many. Fails with `invoice.not_found`. */
  async lines(
    accountId: number,
    invoiceId: string,
    page: { readonly afterLine: number; readonly limit: number },
  ): Promise<Outcome<readonly InvoiceLine[]>> {
    const current = (await this.store.versions(accountId, invoiceId)).at(-1);
    if (!current) return notFound(invoiceId);
    return succeed(await this.store.lines({ accountId, invoiceId, version: current.version, ...page }));
  }

  /**
   * Withdraws an invoice: from now on it counts for nothing, as if it had never come. Fails with `invoice.not_found`,
   * `invoice.withdrawn`.
   */
  async withdraw(
    { accountId, apiKeyId: recordedBy }: Author,
    invoiceId: string,
    reason: string,
  ): Promise<Outcome<RecordedInvoice>> {
    if ((await this.store.versions(accountId, invoiceId)).length === 0) return notFound(invoiceId);
    const recordedAt = this.clock.now();
    const withdrawn = await this.store.withdraw({ accountId, invoiceId, reason, recordedAt, recordedBy });
    if (withdrawn) return succeed(withdrawn);
    return fail({
      kind: 'conflict',
      code: 'invoice.withdrawn',
      detail: `The invoice ${invoiceId} is withdrawn already.`,
    });
  }
}

export const INVOICES = Symbol('Invoices');

function notFound<T>(invoiceId: string): Outcome<T> {
  return fail({ kind: 'not_found', code: 'invoice.not_found', detail: `There is no invoice ${invoiceId}.` });
}
