import type { EpochMs } from '#calendar';
import type { Picos } from '#money';
import { groupLines, partyOf, type StatementLine, type StatementState, stateOf } from '#statement/domain';
import { digestOf, type StatementFile } from './statement-file.js';

/** Sums of rows whose cost is known. */
export interface ManifestSum {
  readonly rows: number;
  /** Null when the list price of any of the rows is not known. */
  readonly list: Picos | null;
  readonly effective: Picos;
  /** Minor units. */
  readonly billed: bigint;
}

export interface PartySum extends ManifestSum {
  readonly pool: string | null;
  readonly provider: string | null;
}

/** What stands beside the file instead of a row of totals in it. */
export interface Manifest {
  readonly file: string;
  readonly state: StatementState;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  /** Rows whose cost is not known; they are in no sum. */
  readonly unpricedRows: number;
  readonly columns: readonly string[];
  readonly account: string;
  readonly team: string | null;
  readonly billingPeriod: string;
  readonly timeZone: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly accruedTo: EpochMs;
  readonly currency: string;
  readonly total: ManifestSum;
  /** By pool, and by provider for what is billed per token, in the order of their names. */
  readonly parties: readonly PartySum[];
  /** The versions that made the amounts. */
  readonly policyVersions: readonly { readonly pool: string; readonly version: number }[];
  readonly priceVersions: readonly string[];
}

export function manifestOf(statement: StatementFile): Manifest {
  const { draft, lines, fileName, team, columns } = statement;
  const { period } = draft;
  return {
    file: fileName,
    state: stateOf(draft),
    ...digestOf(statement),
    rows: lines.length,
    unpricedRows: lines.filter(({ effective }) => effective === null).length,
    columns,
    account: draft.account,
    team,
    billingPeriod: period.name,
    timeZone: period.timeZone,
    start: period.start,
    end: period.end,
    accruedTo: draft.accruedTo,
    currency: draft.currency,
    total: sumOf(lines),
    parties: partySums(lines),
    policyVersions: policyVersions(lines),
    priceVersions: unique(lines.flatMap(({ priceVersionId }) => (priceVersionId === null ? [] : [priceVersionId]))),
  };
}

function sumOf(lines: readonly StatementLine[]): ManifestSum {
  const priced = lines.filter(({ effective }) => effective !== null);
  return {
    rows: priced.length,
    list: priced.reduce<bigint | null>((sum, { list }) => (sum === null || list === null ? null : sum + list), 0n),
    effective: priced.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n),
    billed: priced.reduce((sum, { billed }) => sum + (billed ?? 0n), 0n),
  };
}

function partySums(lines: readonly StatementLine[]): PartySum[] {
  return [...groupLines(lines, partyOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => {
      const pool = own[0]?.pool ?? null;
      return { pool, provider: pool === null ? (own[0]?.provider ?? null) : null, ...sumOf(own) };
    });
}

function policyVersions(lines: readonly StatementLine[]) {
  const versions = new Map<string, { pool: string; version: number }>();
  for (const { pool, policyVersion } of lines)
    if (pool !== null && policyVersion !== null)
      versions.set(JSON.stringify([pool, policyVersion]), { pool, version: policyVersion });
  return [...versions.values()].sort((a, b) => (a.pool === b.pool ? a.version - b.version : a.pool < b.pool ? -1 : 1));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
