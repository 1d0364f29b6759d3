import { groupBy } from '#money';
import { TOKEN_CLASSES } from '#token';
import { addKnown } from './add-amounts.js';
import type { CostTotals, ModelSummary, Summary, UnpricedTotals, UsageTotals } from './draft.js';
import { partyOf, type StatementLine, tokensOf } from './line.js';
import { unitCosts } from './unit-cost.js';

/** What the lines come to. */
export function summarize(lines: readonly StatementLine[]): Summary {
  const own = ownLines(lines);
  const ofKind = (kind: StatementLine['kind']) => costTotals(own.filter((line) => line.kind === kind));
  return {
    total: costTotals(lines),
    corrections: costTotals(lines.filter(({ correction }) => correction !== null)),
    byKind: {
      used: ofKind('used'),
      idle: ofKind('idle'),
      shared: ofKind('shared'),
      adjustment: ofKind('adjustment'),
      unattributed: ofKind('unattributed'),
    },
    unpriced: unpricedTotals(lines.filter(isUnpriced)),
    usage: usageTotals(own),
    costPerMillionTokens: unitCosts(own),
  };
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

function costTotals(lines: readonly StatementLine[]): CostTotals {
  let totals: CostTotals = { list: 0n, effective: 0n, billed: 0n };
  for (const { list, effective, billed } of lines) {
    if (effective === null) continue;
    totals = {
      list: addKnown(totals.list, list),
      effective: totals.effective + effective,
      billed: totals.billed + (billed ?? 0n),
    };
  }
  return totals;
}

function unpricedTotals(lines: readonly StatementLine[]): UnpricedTotals {
  const { requests, tokens } = usageTotals(lines);
  return { lines: lines.length, requests, tokens: TOKEN_CLASSES.reduce((sum, c) => sum + tokens[c], 0n) };
}

function usageTotals(lines: readonly StatementLine[]): UsageTotals {
  const requests = lines.reduce((sum, line) => sum + line.requests, 0n);
  const tokens = { inputUncached: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n };
  for (const line of lines) for (const tokenClass of TOKEN_CLASSES) tokens[tokenClass] += tokensOf(line, tokenClass);
  return { requests, tokens };
}
