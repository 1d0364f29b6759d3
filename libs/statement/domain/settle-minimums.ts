import { literalLength } from '#directory/domain';
import type { Picos } from '#money';
import { coversModel, type PriceRule } from '#pricing/domain';
import { shortfallOf, splitTrueUp } from '#rating/domain';
import type { BillInputs } from './bill-inputs.js';
import type { BillSums } from './bill-sums.js';
import type { LineAmounts, LineFields } from './line.js';

type Line = LineFields & LineAmounts;
/** Who bears a part of a shortfall, on whose provider's side. */
type Bearer = Pick<LineFields, 'team' | 'costCenter' | 'provider'>;

/** What is missing to one commitment, split over those who spent towards it. */
export interface MinimumSplit {
  readonly rule: PriceRule;
  readonly shortfall: Picos;
  /** Whose line each part is on, and what they spent. Where nobody spent anything it is all the platform team's. */
  readonly parts: readonly { readonly fields: LineFields; readonly spent: Picos; readonly part: Picos }[];
}

/**
 * Charges what rated usage of a finished billing period falls short of a minimum commitment: beside each owner's cost, in
 * proportion to it, or to the platform team where nobody's usage cost anything. What is paid for a commitment to some models counts
 * towards one to the whole provider, so the narrower come first.
 */
export function settleMinimums(sums: BillSums, inputs: BillInputs): void {
  for (const { parts } of minimumSplits(sums.lines(), inputs))
    for (const { fields, part } of parts) if (part !== 0n) sums.addLine(fields, trueUp(part));
}

/** What `settleMinimums` does, before it is done. */
export function minimumSplits(lines: readonly Line[], inputs: BillInputs): MinimumSplit[] {
  if (!inputs.isOver) return [];
  const rules = minimumsOf(inputs);
  const byId = new Map(rules.map((rule) => [rule.priceRuleId, rule]));
  const added: Line[] = [];
  return rules.map((rule) => {
    const spent = [...spentBy([...lines, ...added].filter((line) => counts(rule, line, byId)))];
    const all = spent.reduce((sum, [, { cost }]) => sum + cost, 0n);
    const split = splitTrueUp(
      rule.value,
      spent.map(([key, { cost: weight }]) => ({ key, weight })),
    );
    const platform = { team: inputs.account.platformTeam, costCenter: null, provider: rule.provider };
    const parts = split
      ? spent.map(([, { bearer, cost }], i) => ({ fields: lineOf(rule, bearer), spent: cost, part: split[i] ?? 0n }))
      : [{ fields: lineOf(rule, platform), spent: 0n, part: rule.value }];
    added.push(...parts.map(({ fields, part }) => ({ ...fields, ...trueUp(part) })));
    return { rule, shortfall: shortfallOf(rule.value, all), parts };
  });
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

/** A pattern that takes in another says no more of a name, and where it says as much it has more gaps. */
function narrowerFirst(a: PriceRule, b: PriceRule): number {
  const said = literalLength(b.model) - literalLength(a.model);
  if (said !== 0) return said;
  const gaps = gapsOf(a.model) - gapsOf(b.model);
  if (gaps !== 0) return gaps;
  return `${a.model} ${a.provider}` < `${b.model} ${b.provider}` ? -1 : 1;
}

/** Stars side by side are one. */
function gapsOf(pattern: string): number {
  return pattern.match(/\*+/g)?.length ?? 0;
}

/**
 * Rated usage whose cost is known, and what was paid for a narrower commitment: to models all of which the rule takes in. Its
 * line names no model, its rule says which.
 */
function counts(rule: PriceRule, line: Line, minimums: ReadonlyMap<string, PriceRule>): boolean {
  const { kind, pool, provider, priceRules } = line;
  if (pool !== null) return false;
  if (kind === 'used' || kind === 'unattributed') return coversModel(rule, line);
  const paidFor = kind === 'adjustment' && priceRules !== undefined ? minimums.get(priceRules) : undefined;
  return paidFor !== undefined && coversModel(rule, { provider, model: paidFor.model });
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

function lineOf({ priceRuleId: priceRules }: PriceRule, bearer: Bearer): LineFields {
  const fields = { ...bearer, project: null, model: null, pool: null, kind: 'adjustment', tokenClass: null } as const;
  return { ...fields, modality: null, unit: 'requests', priceVersionId: null, policyVersion: null, priceRules };
}

/** At public prices nobody commits to a minimum. */
function trueUp(effective: Picos): LineAmounts {
  return { requests: 0n, quantity: 0n, tokens: null, list: 0n, effective };
}
