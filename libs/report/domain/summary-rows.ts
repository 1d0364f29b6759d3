import { CHARGE_KINDS, type ChargeKind } from '#rating/domain';
import { isUnpriced, type StatementLine, tokensOf, type UnpricedTotals } from '#statement/domain';
import { TOKEN_CLASSES } from '#token';

export const BILLED_KINDS = CHARGE_KINDS.filter((kind) => kind !== 'unpriced');
export type BilledKind = Exclude<ChargeKind, 'unpriced'>;

/** What one team's cost centre is billed, in minor units. The kinds are of the month's own lines. */
export interface SummaryRow {
  readonly team: string;
  readonly costCenter: string | null;
  readonly byKind: Readonly<Record<BilledKind, bigint>>;
  /** Of closed months. */
  readonly corrections: bigint;
  /** Kinds and corrections together. */
  readonly total: bigint;
  readonly unpriced: UnpricedTotals;
}

const NOTHING: Omit<SummaryRow, 'team' | 'costCenter'> = {
  byKind: { used: 0n, idle: 0n, shared: 0n, adjustment: 0n, unattributed: 0n },
  corrections: 0n,
  total: 0n,
  unpriced: { lines: 0, requests: 0n, tokens: 0n },
};

/** Sums lines as they pass, by team and cost centre. */
export class SummaryRows {
  private readonly sums = new Map<string, SummaryRow>();

  add(line: StatementLine): void {
    const { team, costCenter } = line;
    const key = JSON.stringify([team, costCenter]);
    this.sums.set(key, rowWith(this.sums.get(key) ?? { team, costCenter, ...NOTHING }, line));
  }

  /** By team, then cost centre; what has none comes first. */
  rows(): SummaryRow[] {
    return [...this.sums.values()].sort(
      (a, b) => compare(a.team, b.team) || compare(a.costCenter ?? '', b.costCenter ?? ''),
    );
  }
}

function rowWith(row: SummaryRow, line: StatementLine): SummaryRow {
  const { kind, correction } = line;
  const billed = line.billed ?? 0n;
  const isOwn = correction === null && kind !== 'unpriced';
  return {
    ...row,
    byKind: isOwn ? { ...row.byKind, [kind]: row.byKind[kind] + billed } : row.byKind,
    corrections: correction === null ? row.corrections : row.corrections + billed,
    total: row.total + billed,
    unpriced: isUnpriced(line) ? unpricedWith(row.unpriced, line) : row.unpriced,
  };
}

function unpricedWith({ lines, requests, tokens }: UnpricedTotals, line: StatementLine): UnpricedTotals {
  return {
    lines: lines + 1,
    requests: requests + line.requests,
    tokens: TOKEN_CLASSES.reduce((sum, each) => sum + tokensOf(line, each), tokens),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
