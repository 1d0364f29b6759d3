import { formatInstant } from '#calendar';
import type {
  ClosedWire,
  ModelWire,
  PoolSummaryWire,
  RollUpsWire,
  StatementLineWire,
  StatementsWire,
  SummaryWire,
} from '#contract';
import { formatMinor, formatPicos, scaledToDecimal } from '#money';
import { fail, type Outcome, succeed } from '#outcome';
import { CHARGE_UNIT_DECIMALS } from '#rating';
import {
  type ClosedSums,
  type CostTotals,
  type DraftStatements,
  lineId,
  type ModelSummary,
  type PoolCost,
  type PoolSummary,
  type ReviewState,
  type RollUpLevel,
  rollUp,
  type StatementLine,
  type Summary,
  stateOf,
  type UnpricedTotals,
} from '#statement';
import type { TokenCounts } from '#token';
import { closingToApi } from './close-wire.js';

export interface ShownStatements {
  /** Only that team's statement in the list of teams; undefined: all. */
  readonly team?: string | undefined;
  /** Lines and each team's models too, or sums alone. */
  readonly lines: boolean;
  /** By the lines' names, how those stand that anything was said of. */
  readonly reviews: ReadonlyMap<string, ReviewState>;
}

/** Lines that fit one answer; above it, memory and the reader's patience end. */
const LINES_MAX = 50_000;

/** Statements as the API says them. Fails with `statement.too_many_lines`. */
export function statementsToApi(draft: DraftStatements, shown: ShownStatements): Outcome<StatementsWire> {
  const { currency, period } = draft;
  const { team, lines, reviews } = shown;
  const teams = draft.teams.filter((statement) => team === undefined || statement.team === team);
  const count = lines ? teams.reduce((sum, { lines: own }) => sum + own.length, 0) : 0;
  if (count > LINES_MAX) return tooManyLines(count);
  return succeed({
    ...headToApi(draft),
    closing: draft.closing && closingToApi(draft.closing),
    teams: teams.map((statement) => ({
      ...teamToApi({ ...statement, lineCount: statement.lines.length }, currency),
      models: lines ? statement.models.map((model) => modelToApi(model, currency)) : [],
      lines: lines ? statement.lines.map((line) => reviewedToApi(line, period.name, currency, reviews)) : [],
    })),
    pools: draft.pools.map((pool) => poolToApi(pool, currency)),
    providers: draft.providers.map((summary) => ({
      provider: summary.provider,
      ...summaryToApi(summary, currency),
    })),
    models: draft.models.map((model) => modelToApi(model, currency)),
  });
}

/** What was closed or issued, in sums. */
export function closedToApi(closed: ClosedSums): ClosedWire {
  const { closing, currency, teams, lineCount } = closed;
  return {
    ...headToApi(closed),
    closing: closingToApi(closing),
    lineCount,
    teams: teams.map((team) => teamToApi(team, currency)),
  };
}

type Head = Pick<DraftStatements, 'closing' | 'account' | 'currency' | 'period' | 'accruedTo' | 'summary'>;

function headToApi(draft: Head) {
  const { account, currency, period, accruedTo, summary } = draft;
  return {
    ...{ state: stateOf(draft), account, currency },
    period: periodToApi(period),
    accruedTo: formatInstant(accruedTo),
    ...summaryToApi(summary, currency),
  };
}

function teamToApi(statement: ClosedSums['teams'][number], currency: string) {
  const { team, known, lineCount } = statement;
  return { team, known, ...summaryToApi(statement, currency), lineCount };
}

function tooManyLines<T>(count: number): Outcome<T> {
  const detail = `the month has ${count.toString()} lines, more than ${LINES_MAX.toString()}; ask with lines=false, for a team, or for a file`;
  return fail({ kind: 'unprocessable', code: 'statement.too_many_lines', detail });
}

/** Statements taken together; each roll-up's lines are those of its teams that bear its name. */
export function rollUpsToApi(draft: DraftStatements, by: RollUpLevel): RollUpsWire {
  const { currency } = draft;
  return {
    ...headToApi(draft),
    by,
    rollUps: rollUp(draft, by).map(({ name, costCenters, teams, ...own }) => ({
      ...{ name, costCenters: [...costCenters], teams: [...teams] },
      ...summaryToApi(own, currency),
    })),
  };
}

export function periodToApi({ name, timeZone, start, end }: DraftStatements['period']) {
  return { name, timeZone, start: formatInstant(start), end: formatInstant(end) };
}

export function costToApi({ list, effective, billed }: CostTotals, currency: string) {
  return { list: picosToApi(list), effective: formatPicos(effective), billed: formatMinor(billed, currency) };
}

/** What a pool cost, apart from its billed amount. */
export function poolCostsToApi({ list, contracted, invoiced, effective }: Omit<PoolCost, 'billed'>) {
  return {
    list: picosToApi(list),
    contracted: picosToApi(contracted),
    invoiced: picosToApi(invoiced),
    effective: formatPicos(effective),
  };
}

export function unpricedToApi({ lines, requests, tokens }: UnpricedTotals) {
  return { lines, requests: requests.toString(), tokens: tokens.toString() };
}

function summaryToApi(summary: Summary, currency: string): SummaryWire {
  const { used, idle, shared, adjustment, unattributed } = summary.byKind;
  return {
    total: costToApi(summary.total, currency),
    corrections: costToApi(summary.corrections, currency),
    byKind: {
      used: costToApi(used, currency),
      idle: costToApi(idle, currency),
      shared: costToApi(shared, currency),
      adjustment: costToApi(adjustment, currency),
      unattributed: costToApi(unattributed, currency),
    },
    unpriced: unpricedToApi(summary.unpriced),
    usage: { requests: summary.usage.requests.toString(), tokens: tokensToApi(summary.usage.tokens) },
    costPerMillionTokens: { ...summary.costPerMillionTokens },
  };
}

function modelToApi(summary: ModelSummary, currency: string): ModelWire {
  const { model, pool, provider } = summary;
  return { model, pool, provider, ...summaryToApi(summary, currency) };
}

function poolToApi(summary: PoolSummary, currency: string): PoolSummaryWire {
  const { pool, kind, cost, unexplained, paidInstanceNanos, utilization, untimedRequests } = summary;
  return {
    pool,
    kind,
    cost: cost && { ...poolCostsToApi(cost), billed: formatMinor(cost.billed, currency) },
    ...summaryToApi(summary, currency),
    unexplained: formatPicos(unexplained),
    paidInstanceSeconds: scaledToDecimal(paidInstanceNanos, CHARGE_UNIT_DECIMALS.instance_seconds),
    utilization,
    untimedRequests: untimedRequests.toString(),
  };
}

function reviewedToApi(line: StatementLine, period: string, currency: string, reviews: ShownStatements['reviews']) {
  const shown = lineToApi(line, period, currency);
  const review = reviews.get(shown.id);
  return review ? { ...shown, review } : shown;
}

export function lineToApi(line: StatementLine, period: string, currency: string): StatementLineWire {
  const { team, costCenter, project, model, provider, pool, kind, tokenClass, modality, unit } = line;
  return {
    id: lineId(period, line),
    ...{ team, costCenter, project, model, provider, pool, kind, tokenClass, modality },
    requests: line.requests.toString(),
    quantity: scaledToDecimal(line.quantity, CHARGE_UNIT_DECIMALS[unit]),
    unit,
    list: picosToApi(line.list),
    effective: picosToApi(line.effective),
    billed: line.billed === null ? null : formatMinor(line.billed, currency),
    priceVersion: line.priceVersionId,
    policyVersion: line.policyVersion,
    priceRules: line.priceRules?.split(' ') ?? [],
    correction: line.correction && { ...line.correction },
  };
}

function picosToApi(picos: bigint | null): string | null {
  return picos === null ? null : formatPicos(picos);
}

export function tokensToApi(tokens: TokenCounts) {
  return {
    inputUncached: tokens.inputUncached.toString(),
    cacheRead: tokens.cacheRead.toString(),
    cacheWrite5m: tokens.cacheWrite5m.toString(),
    cacheWrite1h: tokens.cacheWrite1h.toString(),
    output: tokens.output.toString(),
    reasoning: tokens.reasoning.toString(),
  };
}
