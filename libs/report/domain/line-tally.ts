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

/** Adds up lines as they pass. */
class RunningSum implements ManifestSum {
  rows = 0;
  list: Picos | null = 0n;
  effective = 0n;
  billed = 0n;

  add({ list, effective, billed }: StatementLine): void {
    if (effective === null) return;
    this.rows += 1;
    this.list = this.list === null || list === null ? null : this.list + list;
    this.effective += effective;
    this.billed += billed ?? 0n;
  }

  get sum(): ManifestSum {
    const { rows, list, effective, billed } = this;
    return { rows, list, effective, billed };
  }
}

interface PartyLines extends Pick<PartySum, 'pool' | 'provider'> {
  readonly lines: RunningSum;
}

/** Counts and adds up lines as they are written; its size is that of parties and versions, not of lines. */
export class LineTally {
  /** Lines that have a row. */
  rows = 0;
  unpricedRows = 0;
  rowsWithoutListPrice = 0;
  /** Lines that have none. */
  leftOut: UnpricedTotals = { lines: 0, requests: 0n, tokens: 0n };
  private readonly all = new RunningSum();
  private readonly sums = new Map<string, PartyLines>();
  private readonly policies = new Map<string, Set<number>>();
  private readonly prices = new Set<string>();

  add(line: StatementLine): void {
    const { pool, policyVersion, priceVersionId } = line;
    this.rows += 1;
    if (line.effective === null) this.unpricedRows += 1;
    if (line.list === null) this.rowsWithoutListPrice += 1;
    this.all.add(line);
    this.partyOf(line).lines.add(line);
    if (priceVersionId !== null) this.prices.add(priceVersionId);
    if (pool === null || policyVersion === null || isTrueUp(line)) return;
    const versions = this.policies.get(pool);
    if (versions) versions.add(policyVersion);
    else this.policies.set(pool, new Set([policyVersion]));
  }

  leaveOut(line: StatementLine): void {
    const { lines, requests, tokens } = this.leftOut;
    this.leftOut = {
      lines: lines + 1,
      requests: requests + line.requests,
      tokens: TOKEN_CLASSES.reduce((sum, each) => sum + tokensOf(line, each), tokens),
    };
  }

  get total(): ManifestSum {
    return this.all.sum;
  }

  /** By pool, and by provider for what is billed per token, in the order of their names. */
  get parties(): PartySum[] {
    const sorted = [...this.sums].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, { pool, provider, lines }]) => ({ pool, provider, ...lines.sum }));
  }

  get policyVersions(): PolicyVersion[] {
    const pools = [...this.policies].sort(([a], [b]) => (a < b ? -1 : 1));
    return pools.flatMap(([pool, versions]) =>
      [...versions].sort((a, b) => a - b).map((version) => ({ pool, version })),
    );
  }

  get priceVersions(): string[] {
    return [...this.prices].sort();
  }

  private partyOf(line: StatementLine): PartyLines {
    const party = partyOf(line);
    const known = this.sums.get(party);
    if (known) return known;
    const { pool, provider } = line;
    const added = { pool, provider: pool === null ? provider : null, lines: new RunningSum() };
    this.sums.set(party, added);
    return added;
  }
}
