import { formatInstant } from '#calendar';
import type {
  ModelWire,
  PoolSummaryWire,
  RollUpsWire,
  StatementLineWire,
  StatementsWire,
  SummaryWire,
} from '#contract';
import { formatMinor, formatPicos, scaledToDecimal } from '#money';
import { CHARGE_UNIT_DECIMALS } from '#rating';
import {
  type CostTotals,
  type DraftStatements,
  lineId,
  type ModelSummary,
  type PoolSummary,
  type RollUpLevel,
  rollUp,
  type StatementLine,
  type Summary,
  stateOf,
  type UnpricedTotals,
} from '#statement';
import type { TokenCounts } from '#token';
import { closingToApi } from './close-wire.js';

/** Statements as the API says them; `team` leaves only that team's statement in the list of teams. */
export function statementsToApi(draft: DraftStatements, team: string | undefined): StatementsWire {
  const { currency, period } = draft;
  const teams = draft.teams.filter((statement) => team === undefined || statement.team === team);
  return {
    state: stateOf(draft),
    closing: draft.closing && closingToApi(draft.closing),
    account: draft.account,
    currency,
    period: periodToApi(period),
    accruedTo: formatInstant(draft.accruedTo),
    ...summaryToApi(draft.summary, currency),
    teams: teams.map((statement) => ({
      team: statement.team,
      known: statement.known,
      ...summaryToApi(statement, currency),
      models: statement.models.map((model) => modelToApi(model, currency)),
      lines: statement.lines.map((line) => lineToApi(line, period.name, currency)),
    })),
    pools: draft.pools.map((pool) => poolToApi(pool, currency)),
    providers: draft.providers.map((summary) => ({
      provider: summary.provider,
      ...summaryToApi(summary, currency),
    })),
    models: draft.models.map((model) => modelToApi(model, currency)),
  };
}

/** Statements taken together; each roll-up's lines are those of its teams that bear its name. */
export function rollUpsToApi(draft: DraftStatements, by: RollUpLevel): RollUpsWire {
  const { account, currency, period, accruedTo, summary } = draft;
  return {
    ...{ state: stateOf(draft), account, currency, by },
    period: periodToApi(period),
    accruedTo: formatInstant(accruedTo),
    ...summaryToApi(summary, currency),
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
  const { pool, cost, unexplained, paidInstanceNanos, utilization, untimedRequests } = summary;
  return {
    pool,
    cost: cost && costToApi(cost, currency),
    ...summaryToApi(summary, currency),
    unexplained: formatPicos(unexplained),
    paidInstanceSeconds: scaledToDecimal(paidInstanceNanos, CHARGE_UNIT_DECIMALS.instance_seconds),
    utilization,
    untimedRequests: untimedRequests.toString(),
  };
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
