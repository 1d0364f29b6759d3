import { divideHalfEven, groupBy, picosToMinor, scaledToDecimal } from '#money';
import type { BillInputs } from './bill-inputs.js';
import type { BillSums, PoolSums } from './bill-sums.js';
import { businessUnitsAt } from './business-unit.js';
import type { DraftStatements, PoolCost, PoolSummary, ProviderSummary, TeamStatement } from './draft.js';
import { inOrder, type StatementLine } from './line.js';
import { roundLines } from './round-lines.js';
import { settleAll } from './settlements.js';
import { ownLines, summarize, summarizeModels } from './summarize.js';

const UTILIZATION_DECIMALS = 6;

/** What statements are put together under, beside their lines. */
export interface StatementFrame
  extends Pick<DraftStatements, 'account' | 'currency' | 'period' | 'accruedTo' | 'closing' | 'businessUnits'> {
  readonly isKnownTeam: (team: string) => boolean;
}

/** Settles what was left to the end of the billing period, rounds, and puts the lines together by team, pool, provider and model. */
export function assembleDraft(inputs: BillInputs, sums: BillSums): DraftStatements {
  settleAll(sums, inputs);
  return draftFromLines(inputs, roundLines(sums.lines(), inputs.account.currency), sums.pools());
}

/** A draft of the month's own lines, rounded and in their order. */
export function draftFromLines(
  { account, period, accruedTo, owners, costCenters }: BillInputs,
  lines: readonly StatementLine[],
  pools: readonly PoolSums[],
): DraftStatements {
  const { name, currency } = account;
  const businessUnits = businessUnitsAt(costCenters, period.end);
  const isKnownTeam = owners.isKnownTeam;
  const frame = { account: name, currency, period, accruedTo, closing: null, businessUnits, isKnownTeam };
  return assembleStatements(frame, lines, pools);
}

/** Puts rounded lines, in their order of showing, together by team, pool, provider and model. */
export function assembleStatements(
  { isKnownTeam, ...frame }: StatementFrame,
  lines: readonly StatementLine[],
  pools: readonly PoolSums[],
): DraftStatements {
  return {
    ...frame,
    summary: summarize(lines),
    teams: teamStatements(isKnownTeam, lines),
    pools: poolSummaries(frame.currency, pools, lines),
    providers: providerSummaries(lines),
    models: summarizeModels(lines),
  };
}

/** A draft with lines that correct closed months. */
export function withCorrections(
  draft: DraftStatements,
  corrections: readonly StatementLine[],
  pools: readonly PoolSums[],
  isKnownTeam: StatementFrame['isKnownTeam'],
): DraftStatements {
  if (corrections.length === 0) return draft;
  const lines = inOrder([...draft.teams.flatMap((team) => team.lines), ...corrections]);
  return assembleStatements({ ...draft, isKnownTeam }, lines, pools);
}

function teamStatements(isKnownTeam: StatementFrame['isKnownTeam'], lines: readonly StatementLine[]): TeamStatement[] {
  return sorted(groupBy(lines, ({ team }) => team)).map(([team, own]) => ({
    team,
    known: isKnownTeam(team),
    ...summarize(own),
    models: summarizeModels(own),
    lines: own,
  }));
}

/** Every pool with a cost in the period or usage on it, also one whose cost stands on no line: that is `unexplained`. */
function poolSummaries(currency: string, pools: readonly PoolSums[], lines: readonly StatementLine[]): PoolSummary[] {
  const onPools = ownLines(lines).filter(({ pool }) => pool !== null);
  const groups = groupBy(onPools, ({ pool }) => pool ?? '');
  const sums = new Map(pools.map((pool) => [pool.pool, pool]));
  for (const pool of sums.keys()) if (!groups.has(pool)) groups.set(pool, []);
  return sorted(groups).map(([pool, own]) => {
    const summary = summarize(own);
    const paid = sums.get(pool);
    // An invoice may say what a pool cost of which no record tells an instance.
    const isPaid =
      paid !== undefined && (paid.kind === 'shared' || paid.paidInstanceNanos > 0n || paid.effective !== 0n);
    const effective = isPaid ? paid.effective : 0n;
    return {
      pool,
      kind: paid?.kind ?? 'capacity',
      cost: isPaid ? poolCost(paid, currency) : null,
      unexplained: effective - summary.total.effective,
      paidInstanceNanos: paid?.paidInstanceNanos ?? 0n,
      utilization: isPaid && paid.paidInstanceNanos > 0n ? ratio(paid.usedInstanceNanos, paid.paidInstanceNanos) : null,
      untimedRequests: paid?.untimedRequests ?? 0n,
      ...summary,
    };
  });
}

function poolCost({ list, contracted, invoiced, effective, adjusted }: PoolSums, currency: string): PoolCost {
  return { list, contracted, invoiced, effective, adjusted, billed: picosToMinor(effective, currency) };
}

function providerSummaries(lines: readonly StatementLine[]): ProviderSummary[] {
  const rated = ownLines(lines).filter(({ pool }) => pool === null);
  return sorted(groupBy(rated, ({ provider }) => provider ?? '')).map(([provider, own]) => ({
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
