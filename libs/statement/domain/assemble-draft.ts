import { divideHalfEven, picosToMinor, scaledToDecimal } from '#money';
import type { BillInputs } from './bill-inputs.js';
import type { BillSums } from './bill-sums.js';
import type { DraftStatements, PoolSummary, ProviderSummary, TeamStatement } from './draft.js';
import type { StatementLine } from './line.js';
import { roundLines } from './round-lines.js';
import { settleIdle } from './settle-idle.js';
import { settlePeak } from './settle-peak.js';
import { groupLines, summarize, summarizeModels } from './summarize.js';

const UTILIZATION_DECIMALS = 6;

/** Settles what was left to the end of the billing period, rounds, and puts the lines together by team, pool, provider and model. */
export function assembleDraft(inputs: BillInputs, sums: BillSums): DraftStatements {
  const { account, period, accruedTo } = inputs;
  settlePeak(sums);
  settleIdle(sums, inputs);
  const lines = roundLines(sums.lines(), account.currency);
  return {
    account: account.name,
    currency: account.currency,
    period,
    accruedTo,
    summary: summarize(lines),
    teams: teamStatements(inputs, lines),
    pools: poolSummaries(inputs, sums, lines),
    providers: providerSummaries(lines),
    models: summarizeModels(lines),
  };
}

function teamStatements({ owners }: BillInputs, lines: readonly StatementLine[]): TeamStatement[] {
  return sorted(groupLines(lines, ({ team }) => team)).map(([team, own]) => ({
    team,
    known: owners.isKnownTeam(team),
    ...summarize(own),
    models: summarizeModels(own),
    lines: own,
  }));
}

/** Every pool with a cost in the period or usage on it, also one whose cost stands on no line: that is `unexplained`. */
function poolSummaries({ account }: BillInputs, sums: BillSums, lines: readonly StatementLine[]): PoolSummary[] {
  const onPools = lines.filter(({ pool }) => pool !== null);
  const groups = groupLines(onPools, ({ pool }) => pool ?? '');
  for (const pool of sums.pools()) if (!groups.has(pool)) groups.set(pool, []);
  return sorted(groups).map(([pool, own]) => {
    const summary = summarize(own);
    const paid = sums.pool(pool);
    const isPaid = paid !== undefined && paid.paidInstanceNanos > 0n;
    const { effective, list } = isPaid ? paid : { effective: 0n, list: null };
    return {
      pool,
      cost: isPaid ? { list, effective, billed: picosToMinor(effective, account.currency) } : null,
      unexplained: effective - summary.total.effective,
      paidInstanceNanos: paid?.paidInstanceNanos ?? 0n,
      utilization: isPaid ? ratio(paid.usedInstanceNanos, paid.paidInstanceNanos) : null,
      untimedRequests: paid?.untimedRequests ?? 0n,
      ...summary,
    };
  });
}

function providerSummaries(lines: readonly StatementLine[]): ProviderSummary[] {
  const rated = lines.filter(({ pool }) => pool === null);
  return sorted(groupLines(rated, ({ provider }) => provider ?? '')).map(([provider, own]) => ({
    provider,
    ...summarize(own),
  }));
}

function ratio(used: bigint | null, paid: bigint): string | null {
  if (used === null) return null;
  return scaledToDecimal(divideHalfEven(used * 10n ** BigInt(UTILIZATION_DECIMALS), paid), UTILIZATION_DECIMALS);
}

function sorted<T>(groups: ReadonlyMap<string, T>): [string, T][] {
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
