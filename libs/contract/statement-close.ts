import { z } from 'zod';
import { ACCEPTABLE_CHECKS } from '#statement/domain';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

const REASON_MAX = 1000;

const acceptedFindings = z.array(z.object({ check: z.string(), detail: z.string() }));

export const closingWire = z.object({
  closeNumber: z.int().describe("Counts the account's closes from 1: its place in their chain"),
  closedAt: instantOut,
  closedBy: z.string(),
  issuedAt: instantOut.nullable(),
  issuedBy: z.string().nullable(),
  accepted: acceptedFindings.describe('What would have held the close and was accepted'),
  reason: z.string().nullable(),
  hash: z.string().describe('SHA-256 over the close and the one before it'),
  previousHash: z.string().nullable(),
});
export type ClosingWire = z.output<typeof closingWire>;

export const closeBody = z
  .strictObject({
    accept: z.array(z.enum(ACCEPTABLE_CHECKS)).default([]).describe('Findings that shall not hold the close'),
    reason: nameText(REASON_MAX).optional().describe('Why; required to accept anything, and kept with the close'),
  })
  .prefault({});
export type CloseBody = z.output<typeof closeBody>;

export const closeFindings = z.object({
  period: z.string(),
  closable: z.boolean().describe('Nothing speaks against it'),
  findings: z.array(z.object({ check: z.string(), detail: z.string(), acceptable: z.boolean() })),
});
export type CloseFindingsWire = z.output<typeof closeFindings>;

/** A place in the chain is at most the database's 32-bit integer. */
const isCloseNumber = ([text = '']: readonly string[]) => /^[1-9]\d{0,8}$/.test(text);
export const closesQuery = z.strictObject(pageQuery(1, isCloseNumber));
export type ClosesQuery = z.output<typeof closesQuery>;

export const closeWire = z.object({
  period: z.string(),
  ...closingWire.shape,
  currency: z.string(),
  billed: decimalOut,
  lines: z.int(),
  linesHash: z.string(),
  events: z.string().describe('Metered events of the period at the close'),
  versions: z
    .object({
      policies: z.array(z.object({ pool: z.string(), version: z.int() })),
      prices: z.array(z.string()),
      priceRules: z.array(z.string()),
      fxRates: z.array(z.string()),
      costRecords: z.array(z.object({ costRecordId: z.string(), version: z.int() })),
      purchases: z.array(z.object({ purchase: z.string(), version: z.int() })),
      sharedCosts: z.array(z.object({ sharedCostId: z.string(), version: z.int() })),
      mappingRules: z.array(z.string()),
      invoices: z.array(z.object({ invoiceId: z.string(), version: z.int() })),
      invoiceMatches: z.array(
        z.object({
          provider: z.string(),
          subAccount: z.string().nullable(),
          sku: z.string().nullable(),
          resource: z.string().nullable(),
          tag: z.string().nullable(),
          version: z.int(),
        }),
      ),
      reconciliationPolicies: z.array(z.object({ party: z.string(), version: z.int() })),
    })
    .describe('What the lines were made from'),
});
export type CloseWire = z.output<typeof closeWire>;
export const closePage = pageOf(closeWire);

export const journalWire = z.object({
  period: z.string(),
  closeNumber: z.int(),
  postedAt: instantOut,
  postedBy: z.string(),
  currency: z.string(),
  postings: z.array(
    z.object({
      ledgerAccount: z.string().describe('`chargeback`, or `clearing:` and the pool or provider'),
      costCenter: z.string().nullable(),
      team: z.string().nullable(),
      debit: decimalOut,
      credit: decimalOut,
    }),
  ),
  debits: decimalOut,
  credits: decimalOut.describe('Equal to the debits'),
});
export type JournalWire = z.output<typeof journalWire>;

export const journalManifest = z.object({
  file: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  rows: z.int(),
  entryId: z.string().describe('The same whenever the entry is exported, and of no other'),
  columns: z.array(z.string()),
  account: z.string(),
  billingPeriod: z.string(),
  closeNumber: z.int(),
  closedAt: instantOut,
  hash: z.string().describe('Of the close'),
  currency: z.string(),
  debits: decimalOut,
  credits: decimalOut.describe('Equal to the debits'),
  unmappedAccounts: z.array(z.string()).describe('Accounts without a code, which the file has by their own names'),
  unmappedCostCenters: z.array(z.string()),
});
export type JournalManifestWire = z.output<typeof journalManifest>;
