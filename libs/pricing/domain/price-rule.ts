import type { EpochMs } from '#calendar';
import { literalLength, matchesPattern } from '#directory/domain';

/**
 * What a rule changes. `tier_multiplier`: usage of a tier without a price of its own costs so many times the standard tier's
 * price. `discount`, `markup`: so many percent off or on what usage costs. `minimum`: what a billing period's usage costs at least.
 */
export const PRICE_RULE_KINDS = ['tier_multiplier', 'discount', 'markup', 'minimum'] as const;
export type PriceRuleKind = (typeof PRICE_RULE_KINDS)[number];

/** Decimals of a rule's value: a multiplier, a percentage, or an amount of money in picos. */
export const RULE_VALUE_DECIMALS = 12;

/** What usage a rule is for; `''` stands for any. */
export interface PriceRuleScope {
  /** In lower case, as events name it. */
  readonly provider: string;
  /** In lower case; `*` stands for any characters. */
  readonly model: string;
  /** In lower case; the standard tier is `standard`. */
  readonly serviceTier: string;
  readonly team: string;
  readonly costCenter: string;
}

/** One version of one rule. */
export interface PriceRule extends PriceRuleScope {
  readonly priceRuleId: string;
  readonly kind: PriceRuleKind;
  readonly validFrom: EpochMs;
  /** Exclusive; null: open. */
  readonly validTo: EpochMs | null;
  readonly version: number;
  /** Scaled by 10^`RULE_VALUE_DECIMALS`, at least 0. */
  readonly value: bigint;
  /** Of a minimum; null for what has no unit. */
  readonly currency: string | null;
}

/** Usage that asks for its rules, named as its events do. */
export interface PriceRuleSubject {
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly team: string;
  readonly costCenter: string | null;
}

/** The tier that a name means: what OpenAI served at the standard price it calls `default`. */
export function tierNamed(name: string): string {
  const tier = name.trim().toLowerCase();
  return tier === 'default' ? 'standard' : tier;
}

/**
 * The rule of a kind that holds for usage at an instant. Of several the most specific counts alone: one for the team before one
 * for its cost centre, then the one that says more of the model, then of the provider and of the tier; then the latest start.
 */
export function ruleFor(
  rules: readonly PriceRule[],
  kind: PriceRuleKind,
  subject: PriceRuleSubject,
  at: EpochMs,
): PriceRule | undefined {
  let best: PriceRule | undefined;
  for (const rule of rules) {
    if (rule.kind !== kind || !holdsAt(rule, at) || !covers(rule, subject)) continue;
    if (!best || compareRanks(rankOf(rule), rankOf(best)) > 0) best = rule;
  }
  return best;
}

/** Instants at which another rule may count than just before, ascending. */
export function ruleEdges(rules: readonly PriceRule[]): EpochMs[] {
  const edges = rules.flatMap(({ validFrom, validTo }) => (validTo === null ? [validFrom] : [validFrom, validTo]));
  return [...new Set(edges)].sort((a, b) => a - b);
}

/** Whether a rule of a provider, and perhaps of models, takes in usage of them. */
export function coversModel(
  rule: Pick<PriceRule, 'provider' | 'model'>,
  { provider, model }: { readonly provider: string | null; readonly model: string | null },
): boolean {
  if (rule.provider !== '' && rule.provider !== provider?.trim().toLowerCase()) return false;
  return rule.model === '' || matchesPattern(rule.model, model?.trim().toLowerCase());
}

function covers(rule: PriceRule, subject: PriceRuleSubject): boolean {
  if (rule.team !== '' && rule.team !== subject.team) return false;
  if (rule.costCenter !== '' && rule.costCenter !== subject.costCenter) return false;
  if (rule.serviceTier !== '' && rule.serviceTier !== tierNamed(subject.serviceTier)) return false;
  return coversModel(rule, subject);
}

function holdsAt({ validFrom, validTo }: PriceRule, at: EpochMs): boolean {
  return validFrom <= at && (validTo === null || at < validTo);
}

function rankOf(rule: PriceRule): readonly (number | bigint)[] {
  const named = (text: string) => (text === '' ? 0 : 1);
  return [
    named(rule.team),
    named(rule.costCenter),
    literalLength(rule.model),
    named(rule.provider),
    named(rule.serviceTier),
    rule.validFrom,
    BigInt(rule.priceRuleId),
  ];
}

function compareRanks(a: readonly (number | bigint)[], b: readonly (number | bigint)[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    if (x !== y) return x > y ? 1 : -1;
  }
  return 0;
}
