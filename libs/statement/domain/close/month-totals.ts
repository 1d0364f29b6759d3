import type { Summary } from '../draft.js';
import { isTrueUp } from '../invoices/settle-invoices.js';
import type { StatementLine } from '../line.js';
import { isUnpriced, SummarySums } from '../summarize.js';
import { JournalSums, type Posting } from './journal.js';

/** A team's statement in sums. */
export interface TeamTotals extends Summary {
  readonly team: string;
  readonly lineCount: number;
}

/** The versions that lines name, each once. */
export interface LineVersions {
  readonly policies: readonly { readonly pool: string; readonly version: number }[];
  readonly prices: readonly string[];
  readonly priceRules: readonly string[];
}

/** All that a close, and what may speak against it, asks of a month's lines. They are added in any order, and not kept. */
export class MonthTotals {
  private readonly all = new SummarySums();
  private readonly byTeam = new Map<string, { readonly sums: SummarySums; lineCount: number }>();
  private readonly journal = new JournalSums();
  private readonly policies = new Map<string, { pool: string; version: number }>();
  private readonly prices = new Set<string>();
  private readonly priceRules = new Set<string>();
  private readonly withoutCost = new Set<string>();
  private lines = 0;
  private late = 0n;

  add(lines: readonly StatementLine[]): void {
    for (const line of lines) this.addLine(line);
  }

  summary(): Summary {
    return this.all.summary();
  }

  get lineCount(): number {
    return this.lines;
  }

  /** In the order of their names. */
  teams(): TeamTotals[] {
    return [...this.byTeam]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([team, { sums, lineCount }]) => ({ team, ...sums.summary(), lineCount }));
  }

  postings(): Posting[] {
    return this.journal.postings();
  }

  versions(): LineVersions {
    return {
      policies: [...this.policies.values()],
      prices: [...this.prices].sort(),
      priceRules: [...this.priceRules].sort(),
    };
  }

  /** Pools with usage of the month that no cost covers, in the order of their names. */
  poolsWithoutCost(): string[] {
    return [...this.withoutCost].sort();
  }

  /** What corrections charge to teams that the directory does not know. */
  get lateUnattributed(): bigint {
    return this.late;
  }

  private addLine(line: StatementLine): void {
    const { team, kind, pool, billed, correction } = line;
    this.lines += 1;
    this.all.add(line);
    const known = this.byTeam.get(team) ?? { sums: new SummarySums(), lineCount: 0 };
    this.byTeam.set(team, known);
    known.sums.add(line);
    known.lineCount += 1;
    this.journal.add(line);
    this.addVersions(line);
    if (correction === null && pool !== null && isUnpriced(line)) this.withoutCost.add(pool);
    if (correction !== null && kind === 'unattributed' && billed !== null && billed > 0n) this.late += billed;
  }

  private addVersions(line: StatementLine): void {
    const { pool, policyVersion: version, priceVersionId } = line;
    for (const id of line.priceRules?.split(' ') ?? []) this.priceRules.add(id);
    if (pool !== null && version !== null && !isTrueUp(line))
      this.policies.set(JSON.stringify([pool, version]), { pool, version });
    if (priceVersionId !== null) this.prices.add(priceVersionId);
  }
}

export function totalsOf(lines: readonly StatementLine[]): MonthTotals {
  const totals = new MonthTotals();
  totals.add(lines);
  return totals;
}
