import { groupBy } from '#money';
import type { ChargeKind } from '#rating/domain';
import { TOKEN_CLASSES } from '#token';
import { addKnown } from './add-amounts.js';
import type { CostTotals, ModelSummary, Summary } from './draft.js';
import { partyOf, type StatementLine } from './line.js';
import { UnitCostSums } from './unit-cost.js';

/** What the lines come to. */
export function summarize(lines: readonly StatementLine[]): Summary {
  const sums = new SummarySums();
  for (const line of lines) sums.add(line);
  return sums.summary();
}

/** What lines come to that are added one by one and need not be kept. */
export class SummarySums {
  private readonly total = new CostSums();
  private readonly corrections = new CostSums();
  private readonly byKind = {
    used: new CostSums(),
    idle: new CostSums(),
    shared: new CostSums(),
    adjustment: new CostSums(),
    unattributed: new CostSums(),
    unpriced: new CostSums(),
  } satisfies Record<ChargeKind, CostSums>;
  private readonly usage = new UsageSums();
  private readonly unpriced = new UsageSums();
  private readonly unitCosts = new UnitCostSums();
  private unpricedLines = 0;

  add(line: StatementLine): void {
    this.total.add(line);
    if (isUnpriced(line)) {
      this.unpricedLines += 1;
      this.unpriced.add(line);
    }
    if (line.correction !== null) {
      this.corrections.add(line);
      return;
    }
    this.byKind[line.kind].add(line);
    this.usage.add(line);
    this.unitCosts.add(line);
  }

  summary(): Summary {
    const { used, idle, shared, adjustment, unattributed } = this.byKind;
    const { requests, tokens } = this.unpriced;
    return {
      total: this.total.totals(),
      corrections: this.corrections.totals(),
      byKind: {
        used: used.totals(),
        idle: idle.totals(),
        shared: shared.totals(),
        adjustment: adjustment.totals(),
        unattributed: unattributed.totals(),
      },
      unpriced: {
        lines: this.unpricedLines,
        requests,
        tokens: TOKEN_CLASSES.reduce((sum, tokenClass) => sum + tokens[tokenClass], 0n),
      },
      usage: { requests: this.usage.requests, tokens: { ...this.usage.tokens } },
      costPerMillionTokens: this.unitCosts.unitCosts(),
    };
  }
}

/** One summary for each model on each pool or from each provider, in the order of model, then party. */
export function summarizeModels(lines: readonly StatementLine[]): ModelSummary[] {
  const withModel = ownLines(lines).filter(({ model }) => model !== null);
  const groups = groupBy(withModel, (line) => JSON.stringify([line.model, partyOf(line)]));
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const { model = null, pool = null, provider = null } = group[0] ?? {};
      if (model === null) return [];
      return [{ model, pool, provider: pool === null ? provider : null, ...summarize(group) }];
    });
}

/** Without those that correct another month. */
export function ownLines(lines: readonly StatementLine[]): readonly StatementLine[] {
  return lines.filter(({ correction }) => correction === null);
}

/**
 * Whether a cost is to be found for the line. Late usage without one is to be put right as well; a correction that takes such
 * usage back is no lack of a price.
 */
export function isUnpriced({ kind, correction, requests, quantity }: StatementLine): boolean {
  return kind === 'unpriced' && (correction === null || requests > 0n || quantity > 0n);
}

/** Of lines whose cost is known. */
class CostSums {
  private list: bigint | null = 0n;
  private effective = 0n;
  private billed = 0n;

  add({ list, effective, billed }: StatementLine): void {
    if (effective === null) return;
    this.list = addKnown(this.list, list);
    this.effective += effective;
    this.billed += billed ?? 0n;
  }

  totals(): CostTotals {
    return { list: this.list, effective: this.effective, billed: this.billed };
  }
}

class UsageSums {
  requests = 0n;
  readonly tokens = { inputUncached: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n };

  add(line: StatementLine): void {
    this.requests += line.requests;
    if (line.unit === 'tokens') {
      if (line.tokenClass !== null) this.tokens[line.tokenClass] += line.quantity;
    } else if (line.tokens) for (const tokenClass of TOKEN_CLASSES) this.tokens[tokenClass] += line.tokens[tokenClass];
  }
}
