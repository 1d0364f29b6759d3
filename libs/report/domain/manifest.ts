import type { EpochMs } from '#calendar';
import { type PoolCosts, type StatementState, stateOf, type UnpricedTotals } from '#statement/domain';
import type { Digest, FileManifest } from './export-file.js';
import type { ExportSource } from './export-source.js';
import type { LineTally, ManifestSum, PartySum, PolicyVersion } from './line-tally.js';

/** What stands beside a file of lines instead of a row of totals in it. */
export interface Manifest extends FileManifest {
  readonly state: StatementState;
  /** Rows whose cost is not known; they are in no sum. */
  readonly unpricedRows: number;
  /** Lines of the statement that have no row in the file. */
  readonly leftOut: UnpricedTotals;
  /** Rows whose list price is not known. */
  readonly rowsWithoutListPrice: number;
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
  /** What pools cost as a whole, by name; none in the file of one team, for pools are of all teams. */
  readonly pools: readonly PoolCosts[];
  /** The versions that made the amounts. */
  readonly policyVersions: readonly PolicyVersion[];
  readonly priceVersions: readonly string[];
}

export interface Written extends ExportSource {
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly tally: LineTally;
  readonly digest: Digest;
}

export function manifestOf({ statements, team, fileName, columns, tally, digest }: Written): Manifest {
  const { account, period, accruedTo, currency } = statements;
  const { rows, unpricedRows, leftOut, rowsWithoutListPrice, total, parties, policyVersions, priceVersions } = tally;
  return {
    file: fileName,
    state: stateOf(statements),
    ...digest,
    ...{ rows, unpricedRows, leftOut, rowsWithoutListPrice, columns, account, team },
    billingPeriod: period.name,
    timeZone: period.timeZone,
    start: period.start,
    end: period.end,
    ...{ accruedTo, currency, total, parties, policyVersions, priceVersions },
    pools: team === null ? statements.poolCosts : [],
  };
}
