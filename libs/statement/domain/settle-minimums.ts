import { coversModel, type PriceRule } from '#pricing/domain';
import { splitTrueUp } from '#rating/domain';
import type { BillInputs } from './bill-inputs.js';
import type { BillSums } from './bill-sums.js';
import type { LineAmounts, LineFields } from './line.js';

type Line = LineFields & LineAmounts;
/** Who bears a part of a shortfall, on whose provider's side. */
type Bearer = Pick<LineFields, 'team' | 'costCenter' | 'provider'>;

/**
 * Charges what rated usage of a finished billing period falls short of a minimum commitment: beside each owner's cost, in
 * proportion to it, or to the platform team where nobody's usage cost anything. What is paid for a commitment to some models counts
 * towards one to the whole provider, so the narrower come first.
 */
export function settleMinimums(sums: BillSums, inputs: BillInputs): void {
  const { period, accruedTo } = inputs;
  if (accruedTo < period.end) return;
  for (const rule of minimumsOf(inputs)) {
    const spent = spentBy(sums.lines().filter((line) => counts(rule, line)));
    const spenders = [...spent].map(([key, { cost: weight }]) => ({ key, weight }));
    const parts = splitTrueUp(rule.value, spenders);
    if (parts) [...spent.values()].forEach(({ bearer }, i) => addTrueUp(sums, rule, bearer, parts[i] ?? 0n));
    else {
      const bearer = { team: inputs.account.platformTeam, costCenter: null, provider: rule.provider };
      addTrueUp(sums, rule, bearer, rule.value);
    }
  }
}

/** The commitments that hold for the whole period, one for each provider and pattern: the latest start counts. */
function minimumsOf({ priceRules, period }: BillInputs): PriceRule[] {
  const holding = new Map<string, PriceRule>();
  for (const rule of priceRules) {
    const { kind, validFrom, validTo, provider, model } = rule;
    if (kind !== 'minimum' || validFrom > period.start || (validTo !== null && validTo < period.end)) continue;
    const key = JSON.stringify([provider, model]);
    const other = holding.get(key);
    if (!other || other.validFrom < validFrom) holding.set(key, rule);
  }
  return [...holding.values()].sort(narrowerFirst);
}

function narrowerFirst(a: PriceRule, b: PriceRule): number {
  if (a.model.length !== b.model.length) return b.model.length - a.model.length;
  return `${a.model} ${a.provider}` < `${b.model} ${b.provider}` ? -1 : 1;
}

/** Rated usage whose cost is known, and what was paid for narrower commitments. */
function counts(rule: PriceRule, line: Line): boolean {
  const isOwn = line.kind === 'used' || line.kind === 'unattributed' || line.kind === 'adjustment';
  return isOwn && line.pool === null && coversModel(rule, line);
}

function spentBy(lines: readonly Line[]): Map<string, { readonly bearer: Bearer; readonly cost: bigint }> {
  const spent = new Map<string, { bearer: Bearer; cost: bigint }>();
  for (const { team, costCenter, provider, effective } of lines) {
    const key = JSON.stringify([team, costCenter, provider]);
    const before = spent.get(key)?.cost ?? 0n;
    spent.set(key, { bearer: { team, costCenter, provider }, cost: before + (effective ?? 0n) });
  }
  return spent;
}

function addTrueUp(sums: BillSums, rule: PriceRule, bearer: Bearer, effective: bigint): void {
  if (effective === 0n) return;
  const { priceRuleId: priceRules } = rule;
  const fields = { ...bearer, project: null, model: null, pool: null, kind: 'adjustment', tokenClass: null } as const;
  const origin = { modality: null, unit: 'requests', priceVersionId: null, policyVersion: null, priceRules } as const;
  // At public prices nobody commits to a minimum.
  sums.addLine({ ...fields, ...origin }, { requests: 0n, quantity: 0n, tokens: null, list: 0n, effective });
}
