import type { EpochMs } from '#calendar';
import type { Picos } from '#money';

export const INVOICE_KINDS = ['invoice', 'credit_note'] as const;
export type InvoiceKind = (typeof INVOICE_KINDS)[number];

/** What an invoice or credit note says beside its lines. It is known by provider and number. */
export interface InvoiceHeader {
  /** Who sent it, in lower case. */
  readonly provider: string;
  readonly invoiceNumber: string;
  readonly kind: InvoiceKind;
  /** The month it is for, such as `2026-10`. */
  readonly billingPeriod: string;
  /** `2026-11-03` */
  readonly issuedOn: string | null;
  readonly currency: string;
  /** Of a credit note: the number of the invoice that it takes back from. */
  readonly credits: string | null;
}

export interface InvoiceLine {
  /** Of the file or list it came in, from 1. */
  readonly lineNumber: number;
  /** The account's month that the line is reconciled in. */
  readonly period: string;
  readonly subAccount: string | null;
  readonly sku: string | null;
  readonly description: string | null;
  readonly resource: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  /** The pool, where the line itself says it. */
  readonly pool: string | null;
  readonly model: string | null;
  readonly region: string | null;
  readonly category: string | null;
  readonly usageFrom: EpochMs | null;
  /** Exclusive. */
  readonly usageTo: EpochMs | null;
  /** An exact decimal. */
  readonly quantity: string | null;
  readonly unit: string | null;
  /** Without tax; of either sign. */
  readonly amount: Picos;
  readonly tax: Picos;
}

/** What lines of one invoice that are alike in all that rules may ask for come to. */
export interface InvoicedAmount
  extends Pick<InvoiceLine, 'period' | 'subAccount' | 'sku' | 'resource' | 'tags' | 'pool' | 'model'> {
  readonly invoiceId: string;
  readonly provider: string;
  readonly lines: number;
  readonly amount: Picos;
  readonly tax: Picos;
}

/** The version of an invoice that counts. */
export interface InvoiceVersion {
  readonly invoiceId: string;
  readonly version: number;
}
