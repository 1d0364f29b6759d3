import type { Picos } from '#money';
import { isTrueUp, partyOf, type StatementLine, tokensOf, type UnpricedTotals } from '#statement/domain';
import { TOKEN_CLASSES } from '#token';

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

export interface PolicyVersion {
  readonly pool: string;
  readonly version: number;
}

const NOTHING: ManifestSum = { rows: 0, list: 0n, effective: 0n, billed: 0n };

/** Counts and adds up lines as they are written; its size is that of parties and versions, not of lines. */
export class LineTally {
  /** Lines that have a row. */
  rows = 0;
  unpricedRows = 0;
  rowsWithoutListPrice = 0;
  total: ManifestSum = NOTHING;
  /** Lines that have none. */
  leftOut: UnpricedTotals = { lines: 0, requests: 0n, tokens: 0n };
  private readonly sums = new Map<string, PartySum>();
  private readonly policies = new Map<string, PolicyVersion>();
  private readonly prices = new Set<string>();

  add(line: StatementLine): void {
    const { pool, policyVersion, priceVersionId } = line;
    this.rows += 1;
    if (line.effective === null) this.unpricedRows += 1;
    if (line.list === null) this.rowsWithoutListPrice += 1;
    this.total = sumWith(this.total, line);
    const party = partyOf(line);
    const sum = this.sums.get(party) ?? { pool, provider: pool === null ? line.provider : null, ...NOTHING };
    this.sums.set(party, { ...sum, ...sumWith(sum, line) });
    if (priceVersionId !== null) this.prices.add(priceVersionId);
    if (pool !== null && policyVersion !== null && !isTrueUp(line))
      this.policies.set(JSON.stringify([pool, policyVersion]), { pool, version: policyVersion });
  }

  leaveOut(line: StatementLine): void {
    const { lines, requests, tokens } = this.leftOut;
    this.leftOut = {
      lines: lines + 1,
      requests: requests + line.requests,
      tokens: TOKEN_CLASSES.reduce((sum, each) => sum + tokensOf(line, each), tokens),
    };
  }

  /** By pool, and by provider for what is billed per token, in the order of their names. */
  get parties(): PartySum[] {
    return [...this.sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  }

  get policyVersions(): PolicyVersion[] {
    return [...this.policies.values()].sort((a, b) =>
      a.pool === b.pool ? a.version - b.version : a.pool < b.pool ? -1 : 1,
    );
  }

  get priceVersions(): string[] {
    return [...this.prices].sort();
  }
}

function sumWith(sum: ManifestSum, { list, effective, billed }: StatementLine): ManifestSum {
  if (effective === null) return sum;
  return {
    rows: sum.rows + 1,
    list: sum.list === null || list === null ? null : sum.list + list,
    effective: sum.effective + effective,
    billed: sum.billed + (billed ?? 0n),
  };
}
