import { groupBy, picosPerMinor, splitByLargestRemainder } from '#money';
import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { keptShare } from '../explain/way-down.js';
import { type LineAmounts, type LineFields, lineKey } from '../line.js';
import { claimsOf, type SharedClaims } from '../shared/shared-claims.js';
import { partyOfLine } from './party.js';
import { meteredBy, reconcile } from './reconcile.js';
import type { MonthReconciliation, PartyReconciliation } from './reconciliation.js';
import { type Adjustment, ShareDifference } from './share-difference.js';

type Line = LineFields & LineAmounts;

/** What lines of a true-up have in common. They have no quantity: nothing more was used. */
const ADJUSTMENT = {
  kind: 'adjustment',
  tokenClass: null,
  modality: null,
  unit: 'requests',
  priceVersionId: null,
} as const;

/**
 * Holds the month against its invoices and, where a party is to be trued up, adds what it was invoiced beyond its lines, or takes
 * off what it was not: in proportion to what each owner's lines cost, or as a pool of shared cost is split. The party's lines
 * then sum to its invoices in whole cents, so that no later rounding moves them. Where no line costs anything the platform
 * team has it.
 */
export function settleInvoices(sums: BillSums, inputs: BillInputs): void {
  const { reconciliation, adjustments } = invoiceAdjustments(sums.lines(), inputs);
  sums.reconciliation = reconciliation;
  addAdjustments(sums, inputs, { parties: reconciliation.parties, adjustments });
}

/** What parties are trued up by. */
export interface PartyAdjustments {
  readonly parties: readonly PartyReconciliation[];
  readonly adjustments: readonly Adjustment[];
}

export function addAdjustments(sums: BillSums, inputs: BillInputs, { parties, adjustments }: PartyAdjustments): void {
  for (const { fields, effective } of adjustments) {
    // An invoice's difference has no public price: it adds nothing to cost at list prices.
    sums.addLine(fields, { requests: 0n, quantity: 0n, tokens: null, list: 0n, effective });
  }
  const sharedPools = new Set(inputs.sharedPools.map(({ pool }) => pool));
  for (const { pool, isTruedUp, adjusted } of parties) {
    if (pool === null || !isTruedUp || adjusted === 0n) continue;
    sums.addAdjustment(pool, sharedPools.has(pool) ? 'shared' : 'capacity', adjusted);
  }
}

/** What `settleInvoices` does, before it is done. */
export function invoiceAdjustments(
  lines: readonly Line[],
  inputs: BillInputs,
): { readonly reconciliation: MonthReconciliation; readonly adjustments: readonly Adjustment[] } {
  const byParty = linesByParty(lines, inputs);
  const reconciliation = reconcile(inputs, meteredBy(byParty, inputs.book));
  const shared = new ShareDifference(followedClaims(lines, inputs), inputs);
  const adjustments = reconciliation.parties
    .filter(({ isTruedUp }) => isTruedUp)
    .flatMap((party) => adjustmentsOf(party, byParty.get(party.party) ?? [], { shared, inputs }));
  return { reconciliation, adjustments };
}

export function linesByParty(lines: readonly Line[], { book }: BillInputs): Map<string, Line[]> {
  return groupBy(lines, (line) => partyOfLine(line, book).party);
}

/** What differences follow that are split as a shared pool's cost: the lines before any of shared cost. */
function followedClaims(lines: readonly Line[], inputs: BillInputs): SharedClaims {
  const shared = new Set(inputs.sharedPools.map(({ pool }) => pool));
  return claimsOf(
    lines.filter(({ pool }) => pool === null || !shared.has(pool)),
    inputs,
  );
}

/** What a party is trued up by. `lines`: the party's own. */
export function adjustmentsOf(
  { pool, provider, invoiced, adjusted, policy }: PartyReconciliation,
  lines: readonly Line[],
  { shared, inputs }: { readonly shared: ShareDifference; readonly inputs: BillInputs },
): Adjustment[] {
  const { platformTeam, currency } = inputs.account;
  const owner = { team: platformTeam, costCenter: null, project: null, model: null };
  const platform = { ...owner, provider, pool, ...ADJUSTMENT, policyVersion: policy?.version ?? null };
  const sharedPool = policy?.sharedPool ?? null;
  const split = (total: bigint, own: readonly Line[], unclaimed: LineFields) =>
    sharedPool === null ? spread(total, own, unclaimed) : shared.split(total, sharedPool, unclaimed);
  if (pool !== null) return split(adjusted, lines, platform);
  // Each way that events spell a provider is rounded by itself, so that each must come to whole cents.
  const spellings = [...groupBy(lines, (line) => line.provider ?? '')].map(([key, own]) => ({ key, own }));
  const weights = spellings.map(({ key, own }) => ({ key, weight: weightOf(own) }));
  const targets = splitByLargestRemainder(invoiced ?? 0n, weights);
  if (!targets) return split(adjusted, lines, platform);
  return spellings.flatMap(({ key, own }, i) => {
    const target = (targets[i] ?? 0n) * picosPerMinor(currency);
    return split(target - costOf(own), own, { ...platform, provider: key });
  });
}

/** Over owners and models, in proportion to what their lines cost; what is nothing is on no line. */
function spread(total: bigint, lines: readonly Line[], platform: LineFields): Adjustment[] {
  const ownLine = ({ team, costCenter, project, model, provider }: Line): LineFields => {
    return { ...platform, team, costCenter, project, model, provider };
  };
  const owners = [...groupBy(lines, (line) => lineKey(ownLine(line)))].map(([key, own]) => ({ key, own }));
  const weights = owners.map(({ key, own }) => ({ key, weight: weightOf(own) }));
  const parts = splitByLargestRemainder(total, weights);
  if (!parts) return total === 0n ? [] : [{ fields: platform, effective: total, splits: () => [keptShare(total)] }];
  const totalWeight = weights.reduce((sum, { weight }) => sum + weight, 0n);
  return owners.flatMap(({ own: [line] }, i): Adjustment[] => {
    const [part, weight] = [parts[i] ?? 0n, weights[i]?.weight ?? 0n];
    if (!line || part === 0n) return [];
    const splits = () => [{ by: 'invoice' as const, name: null, amount: total, weight, totalWeight, parts: 1, part }];
    return [{ fields: ownLine(line), effective: part, splits }];
  });
}

/** What lines weigh in a split; a credit weighs nothing. */
function weightOf(lines: readonly Line[]): bigint {
  const cost = costOf(lines);
  return cost > 0n ? cost : 0n;
}

function costOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
}

/** Whether a line is of a true-up: then its policy version is that of what was agreed of differences to invoices. */
export function isTrueUp({ kind, policyVersion }: Pick<LineFields, 'kind' | 'policyVersion'>): boolean {
  return kind === 'adjustment' && policyVersion !== null;
}
