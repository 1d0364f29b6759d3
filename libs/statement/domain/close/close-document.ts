import { createHash, hash } from 'node:crypto';
import { type BillingPeriod, type EpochMs, formatInstant, parseInstant } from '#calendar';
import type { InvoiceVersion, MatchConditions } from '#invoice/domain';
import type { PoolSums } from '../bill-sums.js';
import type { BusinessUnit } from '../business-unit.js';
import type { AcceptedFinding } from './closing.js';

/** A version of an input that the close was made from. */
export interface FrozenVersions {
  readonly policies: readonly { readonly pool: string; readonly version: number }[];
  readonly prices: readonly string[];
  /** Of price rules that had a part in a line, by the id of their version. */
  readonly priceRules: readonly string[];
  /** Of rates of exchange to the account's currency that may have converted a price, by the id of their version. */
  readonly fxRates: readonly string[];
  readonly costRecords: readonly { readonly costRecordId: string; readonly version: number }[];
  /** Mapping rules that counted, by the id of their version. */
  readonly mappingRules: readonly string[];
  readonly purchases: readonly { readonly purchase: string; readonly version: number }[];
  readonly sharedCosts: readonly { readonly sharedCostId: string; readonly version: number }[];
  /** Of invoices with a line in the month. */
  readonly invoices: readonly InvoiceVersion[];
  /** What said whose invoice lines are, by its conditions. */
  readonly invoiceMatches: readonly (MatchConditions & { readonly version: number })[];
  /** What was agreed of differences to invoices, by party. */
  readonly reconciliationPolicies: readonly { readonly party: string; readonly version: number }[];
}

/** All that a close says beside its lines and its journal entry. */
export interface CloseDocument {
  /** Counts the account's closes from 1: its place in the chain. */
  readonly closeNumber: number;
  readonly account: string;
  readonly currency: string;
  readonly period: BillingPeriod;
  readonly accruedTo: EpochMs;
  readonly closedAt: EpochMs;
  readonly closedBy: string;
  /** What would have held the close and was accepted, with the reason given. */
  readonly accepted: readonly AcceptedFinding[];
  readonly reason: string | null;
  readonly platformTeam: string;
  /** Teams with a statement that the directory did not know. */
  readonly unknownTeams: readonly string[];
  readonly businessUnits: readonly BusinessUnit[];
  readonly pools: readonly PoolSums[];
  readonly versions: FrozenVersions;
  /** Metered events of the period at the close; what comes later was not in it. */
  readonly events: bigint;
  readonly lines: number;
  /** SHA-256 over the hashes of the lines, in their order. */
  readonly linesHash: string;
  readonly billed: bigint;
}

const DOCUMENT_VERSION = 1;
const MICROS_PER_MS = 1000;

/** SHA-256 over the lines' own hashes, hexadecimal, which are added in the order of the lines. */
export class LinesHash {
  private readonly sha = createHash('sha256');
  private isBegun = false;

  /** `hashes`: of one line or more, a line feed between each two. */
  add(hashes: string): void {
    if (this.isBegun) this.sha.update('\n');
    this.isBegun = true;
    this.sha.update(hashes);
  }

  /** Call it once, after the last. */
  digest(): string {
    return this.sha.digest('hex');
  }
}

/** What chains a close to the one before it: nothing earlier can be changed without changing all that follows. */
export function closeHash(previousHash: string | null, documentText: string): string {
  return hash('sha256', `${previousHash ?? ''}\n${documentText}`, 'hex');
}

/** The document as the text that is hashed and kept: one document has one text, whoever writes it. */
export function documentText(document: CloseDocument): string {
  const { period, accruedTo, closedAt, pools, events, billed, ...rest } = document;
  return JSON.stringify({
    version: DOCUMENT_VERSION,
    closeNumber: rest.closeNumber,
    account: rest.account,
    currency: rest.currency,
    period: {
      name: period.name,
      timeZone: period.timeZone,
      start: formatInstant(period.start),
      end: formatInstant(period.end),
    },
    accruedTo: formatInstant(accruedTo),
    closedAt: formatInstant(closedAt),
    closedBy: rest.closedBy,
    accepted: rest.accepted.map(({ check, detail }) => ({ check, detail })),
    reason: rest.reason,
    platformTeam: rest.platformTeam,
    unknownTeams: rest.unknownTeams,
    businessUnits: rest.businessUnits.map(({ costCenter, businessUnit }) => ({ costCenter, businessUnit })),
    pools: pools.map(poolToText),
    versions: {
      policies: rest.versions.policies.map(({ pool, version }) => ({ pool, version })),
      prices: rest.versions.prices,
      costRecords: rest.versions.costRecords.map(({ costRecordId, version }) => ({ costRecordId, version })),
      purchases: rest.versions.purchases.map(({ purchase, version }) => ({ purchase, version })),
      sharedCosts: rest.versions.sharedCosts.map(({ sharedCostId, version }) => ({ sharedCostId, version })),
      invoices: rest.versions.invoices.map(({ invoiceId, version }) => ({ invoiceId, version })),
      reconciliationPolicies: rest.versions.reconciliationPolicies.map(({ party, version }) => ({ party, version })),
      mappingRules: rest.versions.mappingRules,
      priceRules: rest.versions.priceRules,
      fxRates: rest.versions.fxRates,
      invoiceMatches: rest.versions.invoiceMatches.map(({ provider, subAccount, sku, resource, tag, version }) => {
        return { provider, subAccount, sku, resource, tag, version };
      }),
    },
    events: events.toString(),
    lines: rest.lines,
    linesHash: rest.linesHash,
    billed: billed.toString(),
  });
}

type Rewritten = 'period' | 'accruedTo' | 'closedAt' | 'businessUnits' | 'pools' | 'versions' | 'events' | 'billed';
/** What came later than the first closes is not in all of them. */
type VersionsJson = Pick<FrozenVersions, 'policies' | 'prices' | 'costRecords'> & Partial<FrozenVersions>;
type LaterOfPool = 'contracted' | 'invoiced';
type PoolJson = Omit<PoolText, LaterOfPool> & Partial<Pick<PoolText, LaterOfPool>>;
type DocumentJson = Omit<CloseDocument, Rewritten> & {
  readonly version: number;
  readonly period: Record<'name' | 'timeZone' | 'start' | 'end', string>;
  readonly accruedTo: string;
  readonly closedAt: string;
  /** Closes from before there were any lack it. */
  readonly businessUnits?: readonly BusinessUnit[];
  readonly pools: readonly PoolJson[];
  readonly versions: VersionsJson;
  readonly events: string;
  readonly billed: string;
};

/** Reads what `documentText` wrote. Throws when it is of another version. */
export function readDocument(text: string): CloseDocument {
  const json = JSON.parse(text) as DocumentJson;
  const { version, period, accruedTo, closedAt, pools, versions, events, billed, ...rest } = json;
  if (version !== DOCUMENT_VERSION)
    throw new RangeError(`a close of version ${version.toString()}, not ${DOCUMENT_VERSION.toString()}`);
  return {
    ...rest,
    period: { ...period, start: instantOf(period.start), end: instantOf(period.end) },
    accruedTo: instantOf(accruedTo),
    closedAt: instantOf(closedAt),
    businessUnits: rest.businessUnits ?? [],
    pools: pools.map((pool) => ({
      pool: pool.pool,
      kind: pool.kind ?? 'capacity',
      effective: BigInt(pool.effective),
      list: optional(pool.list),
      contracted: optional(pool.contracted ?? null),
      invoiced: optional(pool.invoiced ?? null),
      adjusted: BigInt(pool.adjusted ?? '0'),
      paidInstanceNanos: BigInt(pool.paidInstanceNanos),
      usedInstanceNanos: optional(pool.usedInstanceNanos),
      untimedRequests: BigInt(pool.untimedRequests),
    })),
    versions: {
      purchases: [],
      sharedCosts: [],
      invoices: [],
      reconciliationPolicies: [],
      mappingRules: [],
      priceRules: [],
      fxRates: [],
      invoiceMatches: [],
      ...versions,
    },
    events: BigInt(events),
    billed: BigInt(billed),
  };
}

type PoolText = ReturnType<typeof poolToText>;

function poolToText({ pool, kind, effective, list, contracted, invoiced, adjusted, ...capacity }: PoolSums) {
  const { paidInstanceNanos, usedInstanceNanos, untimedRequests } = capacity;
  return {
    pool,
    // Pools of capacity are as they were written before there were others.
    ...(kind === 'capacity' ? {} : { kind }),
    effective: effective.toString(),
    list: textOf(list),
    contracted: textOf(contracted),
    invoiced: textOf(invoiced),
    // What nothing was trued up of is as it was written before anything could be.
    ...(adjusted === 0n ? {} : { adjusted: adjusted.toString() }),
    paidInstanceNanos: paidInstanceNanos.toString(),
    usedInstanceNanos: textOf(usedInstanceNanos),
    untimedRequests: untimedRequests.toString(),
  };
}

function textOf(amount: bigint | null): string | null {
  return amount === null ? null : amount.toString();
}

function optional(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

function instantOf(text: string): EpochMs {
  const micros = parseInstant(text);
  if (typeof micros !== 'number') throw new RangeError(`${text} is no instant`);
  return micros / MICROS_PER_MS;
}
