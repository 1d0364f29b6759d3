import type { EpochMs } from '#calendar';
import type { Picos } from '#money';
import type { Outcome } from '#outcome';
import type { InvoiceHeader, InvoiceLine, InvoiceVersion } from '../domain/index.js';

/** An invoice in one of its versions, without its lines. */
export interface RecordedInvoice extends InvoiceHeader, InvoiceVersion {
  readonly withdrawn: boolean;
  /** Why it was withdrawn. */
  readonly reason: string | null;
  readonly fileSha256: string | null;
  readonly lines: number;
  readonly amount: Picos;
  readonly tax: Picos;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** An invoice whose lines have been staged, to become a version when it says something new. */
export interface StagedInvoice extends Pick<RecordedInvoice, 'lines' | 'amount' | 'tax'> {
  readonly header: InvoiceHeader;
  /** The same for the same lines in whatever order. */
  readonly contentHash: string;
}

/** Lines on their way in. Their invoice is the index among those that are staged. */
export interface InvoiceStaging {
  add(lines: readonly (InvoiceLine & { readonly invoice: number })[]): Promise<void>;
}

export interface StagedImport {
  /** No two of the same provider and number. */
  readonly invoices: readonly StagedInvoice[];
  readonly fileSha256: string;
}

export interface StoredInvoice extends InvoiceHeader, InvoiceVersion {
  readonly outcome: 'created' | 'corrected' | 'unchanged';
  readonly lines: number;
  readonly amount: Picos;
  readonly tax: Picos;
}

export interface InvoicePage {
  readonly accountId: number;
  readonly provider: string | undefined;
  readonly period: string | undefined;
  /** After the invoice of this provider and number. */
  readonly after: readonly [provider: string, invoiceNumber: string] | undefined;
  readonly limit: number;
}

export interface InvoiceLinePage extends InvoiceVersion {
  readonly accountId: number;
  readonly afterLine: number;
  readonly limit: number;
}

export interface InvoiceStore {
  /** What `work` stages becomes versions when it succeeds, all in one transaction; nothing is kept when it fails. */
  import(
    author: { readonly accountId: number; readonly recordedAt: EpochMs; readonly recordedBy: string | null },
    work: (staging: InvoiceStaging) => Promise<Outcome<StagedImport>>,
  ): Promise<Outcome<readonly StoredInvoice[]>>;
  /** Current versions, by provider and number in code-unit order. */
  list(page: InvoicePage): Promise<readonly RecordedInvoice[]>;
  /** All versions, ascending; empty if there is none. */
  versions(accountId: number, invoiceId: string): Promise<readonly RecordedInvoice[]>;
  lines(page: InvoiceLinePage): Promise<readonly InvoiceLine[]>;
  /** Of the numbers, those that are invoices of the provider. */
  knownNumbers(accountId: number, provider: string, numbers: readonly string[]): Promise<ReadonlySet<string>>;
  /** Adds a version without lines after the current one, unless that is withdrawn; undefined when there is none to withdraw. */
  withdraw(input: {
    readonly accountId: number;
    readonly invoiceId: string;
    readonly reason: string;
    readonly recordedAt: EpochMs;
    readonly recordedBy: string | null;
  }): Promise<RecordedInvoice | undefined>;
}
