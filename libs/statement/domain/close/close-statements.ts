import { type EpochMs, versionAt } from '#calendar';
import { conditionsKey, matchesInForce, policyOf } from '#invoice/domain';
import { assembleStatements } from '../assemble-draft.js';
import type { BillInputs } from '../bill-inputs.js';
import type { PoolSums } from '../bill-sums.js';
import type { DraftStatements } from '../draft.js';
import { isTrueUp } from '../invoices/settle-invoices.js';
import type { StatementLine } from '../line.js';
import { stretchesOf } from '../shared/stretches.js';
import { type CloseDocument, type FrozenVersions, linesHashOf } from './close-document.js';
import type { AcceptedFinding, Closing } from './closing.js';

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

/** The document that freezes a draft. A function of its arguments: the same draft closed alike gives the same bytes. */
export function closeOf(
  draft: DraftStatements,
  inputs: BillInputs,
  pools: readonly PoolSums[],
  order: CloseOrder,
): CloseDocument {
  const { account, currency, period, accruedTo } = draft;
  const lines = linesOf(draft);
  return {
    ...order,
    account,
    currency,
    period,
    accruedTo,
    platformTeam: inputs.account.platformTeam,
    unknownTeams: draft.teams.filter(({ known }) => !known).map(({ team }) => team),
    businessUnits: draft.businessUnits,
    pools: [...pools].sort((a, b) => (a.pool < b.pool ? -1 : 1)),
    versions: versionsOf(inputs, lines),
    lines: lines.length,
    linesHash: linesHashOf(lines),
    billed: draft.summary.total.billed,
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

export function closingOf(
  { closeNumber, closedAt, closedBy, accepted, reason }: CloseDocument,
  { hash, previousHash, issuedAt, issuedBy }: Chained,
): Closing {
  return { closeNumber, closedAt, closedBy, accepted, reason, hash, previousHash, issuedAt, issuedBy };
}

function versionsOf(inputs: BillInputs, lines: readonly StatementLine[]): FrozenVersions {
  const policies = new Map<string, { pool: string; version: number }>();
  const prices = new Set<string>();
  const priceRules = new Set<string>();
  for (const line of lines) {
    const { pool, policyVersion, priceVersionId } = line;
    for (const id of line.priceRules?.split(' ') ?? []) priceRules.add(id);
    if (pool !== null && policyVersion !== null && !isTrueUp(line))
      policies.set(JSON.stringify([pool, policyVersion]), { pool, version: policyVersion });
    if (priceVersionId !== null) prices.add(priceVersionId);
  }
  // A shared pool's policy also says where that goes which comes to it from another, on whose lines it then is.
  for (const { pool, version } of sharedPolicies(inputs))
    policies.set(JSON.stringify([pool, version]), { pool, version });
  const costRecords = inputs.pools.flatMap((pool) => pool.costRecords);
  const sharedCosts = inputs.sharedPools.flatMap((pool) => pool.sharedCosts);
  return {
    policies: [...policies.values()].sort((a, b) =>
      a.pool < b.pool ? -1 : a.pool > b.pool ? 1 : a.version - b.version,
    ),
    prices: [...prices].sort(),
    priceRules: [...priceRules].sort(),
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
