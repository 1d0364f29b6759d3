import { type EpochMs, versionAt } from '#calendar';
import { conditionsKey, matchesInForce, policyOf } from '#invoice/domain';
import { assembleStatements } from '../assemble-draft.js';
import type { BillInputs } from '../bill-inputs.js';
import type { PoolSums } from '../bill-sums.js';
import { businessUnitsAt } from '../business-unit.js';
import type { DraftStatements } from '../draft.js';
import type { StatementLine } from '../line.js';
import { stretchesOf } from '../shared/stretches.js';
import type { CloseDocument, FrozenVersions } from './close-document.js';
import type { AcceptedFinding, Closing } from './closing.js';
import type { LineVersions, MonthTotals, TeamTotals } from './month-totals.js';

/** Who closes, when, and in spite of what. */
export interface CloseOrder {
  readonly closeNumber: number;
  readonly closedAt: EpochMs;
  readonly closedBy: string;
  readonly accepted: readonly AcceptedFinding[];
  readonly reason: string | null;
  /** Metered events of the period. */
  readonly events: bigint;
}

/** The lines of all statements, in their order of showing. */
export function linesOf({ teams }: Pick<DraftStatements, 'teams'>): StatementLine[] {
  return teams.flatMap(({ lines }) => lines);
}

/** What was made of a month's lines on the way to its close. */
export interface MonthMade {
  readonly totals: MonthTotals;
  readonly pools: readonly PoolSums[];
  readonly linesHash: string;
}

/** The document that freezes a month. A function of its arguments: the same lines closed alike give the same bytes. */
export function closeOf(inputs: BillInputs, { totals, pools, linesHash }: MonthMade, order: CloseOrder): CloseDocument {
  const { account, period, accruedTo, owners, costCenters } = inputs;
  return {
    ...order,
    account: account.name,
    currency: account.currency,
    period,
    accruedTo,
    platformTeam: account.platformTeam,
    unknownTeams: totals.teams().flatMap(({ team }) => (owners.isKnownTeam(team) ? [] : [team])),
    businessUnits: businessUnitsAt(costCenters, period.end),
    pools: [...pools].sort((a, b) => (a.pool < b.pool ? -1 : 1)),
    versions: versionsOf(inputs, totals.versions()),
    lines: totals.lineCount,
    linesHash,
    billed: totals.summary().total.billed,
  };
}

/** What of a close is not in its document. */
type Chained = Pick<Closing, 'hash' | 'previousHash' | 'issuedAt' | 'issuedBy'>;

/** The statements of a close, as its draft showed them. */
export function closedStatements(
  document: CloseDocument,
  lines: readonly StatementLine[],
  chained: Chained,
): DraftStatements {
  const { account, currency, period, accruedTo, pools } = document;
  const unknown = new Set(document.unknownTeams);
  const closing = closingOf(document, chained);
  const { businessUnits } = document;
  const isKnownTeam = (team: string) => !unknown.has(team);
  const frame = { account, currency, period, accruedTo, closing, businessUnits, isKnownTeam };
  return assembleStatements(frame, lines, pools);
}

/** A closed month's statements in sums, without their lines. */
export interface ClosedSums extends Pick<DraftStatements, 'account' | 'currency' | 'period' | 'accruedTo' | 'summary'> {
  readonly closing: Closing;
  readonly lineCount: number;
  readonly teams: readonly (TeamTotals & { readonly known: boolean })[];
}

/** The same in sums. `totals`: of the lines of the close. */
export function closedSums(document: CloseDocument, totals: MonthTotals, chained: Chained): ClosedSums {
  const { account, currency, period, accruedTo } = document;
  const unknown = new Set(document.unknownTeams);
  return {
    ...{ account, currency, period, accruedTo },
    closing: closingOf(document, chained),
    summary: totals.summary(),
    lineCount: totals.lineCount,
    teams: totals.teams().map((team) => ({ ...team, known: !unknown.has(team.team) })),
  };
}

export function closingOf(
  { closeNumber, closedAt, closedBy, accepted, reason }: CloseDocument,
  { hash, previousHash, issuedAt, issuedBy }: Chained,
): Closing {
  return { closeNumber, closedAt, closedBy, accepted, reason, hash, previousHash, issuedAt, issuedBy };
}

function versionsOf(inputs: BillInputs, named: LineVersions): FrozenVersions {
  const policies = new Map(named.policies.map((policy) => [JSON.stringify([policy.pool, policy.version]), policy]));
  // A shared pool's policy also says where that goes which comes to it from another, on whose lines it then is.
  for (const { pool, version } of sharedPolicies(inputs))
    policies.set(JSON.stringify([pool, version]), { pool, version });
  const costRecords = inputs.pools.flatMap((pool) => pool.costRecords);
  const sharedCosts = inputs.sharedPools.flatMap((pool) => pool.sharedCosts);
  return {
    policies: [...policies.values()].sort((a, b) =>
      a.pool < b.pool ? -1 : a.pool > b.pool ? 1 : a.version - b.version,
    ),
    prices: named.prices,
    priceRules: named.priceRules,
    fxRates: inputs.fxRates.map(({ fxRateId }) => fxRateId).sort(),
    costRecords: costRecords
      .map(({ costRecordId, version }) => ({ costRecordId, version }))
      .sort((a, b) => (a.costRecordId < b.costRecordId ? -1 : 1)),
    purchases: inputs.pools
      .flatMap(({ purchases }) => purchases.map(({ purchase, version }) => ({ purchase, version })))
      .sort((a, b) => (a.purchase < b.purchase ? -1 : 1)),
    sharedCosts: sharedCosts
      .map(({ sharedCostId, version }) => ({ sharedCostId, version }))
      .sort((a, b) => (a.sharedCostId < b.sharedCostId ? -1 : 1)),
    invoices: [...inputs.invoices.versions].sort((a, b) => (a.invoiceId < b.invoiceId ? -1 : 1)),
    invoiceMatches: matchesInForce(inputs.invoices.matches, inputs.period.name)
      .sort((a, b) => (conditionsKey(a) < conditionsKey(b) ? -1 : 1))
      .map(({ fromPeriod: _f, target: _t, ...match }) => match),
    reconciliationPolicies: agreedPolicies(inputs),
    mappingRules: inputs.owners.rules
      .filter(({ validFrom, validTo }) => validFrom < inputs.period.end && (validTo ?? Infinity) > inputs.period.start)
      .map(({ mappingRuleId }) => mappingRuleId)
      .sort(),
  };
}

/** The versions that hold in the month, by party. */
function agreedPolicies({ invoices, period }: BillInputs): FrozenVersions['reconciliationPolicies'] {
  const parties = [...new Set(invoices.policies.map(({ party }) => party))].sort();
  return parties.flatMap((party) => {
    const policy = policyOf(invoices.policies, party, period.name);
    return policy ? [{ party, version: policy.version }] : [];
  });
}

/** The versions that held at any time of the period. */
function sharedPolicies({ sharedPools, period, accruedTo }: BillInputs) {
  return sharedPools.flatMap((shared) => {
    const stretches = stretchesOf(shared, [shared], period.start, accruedTo);
    return stretches.flatMap(([start]) => versionAt(shared.policies, start) ?? []);
  });
}
