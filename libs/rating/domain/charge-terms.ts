import type { FxRate, PriceRule } from '#pricing/domain';
import { type Factor, factorOf } from './factor.js';
import { meterKey, type VolumeMeter } from './volume/volume-meter.js';

/**
 * What the end of the billing period makes of a charge's amounts. Until then they are sums at base prices, which are whole
 * picos; multiplied once, at the end, nothing is rounded but a line's cost.
 */
export interface ChargeTerms {
  readonly list: Factor;
  readonly effective: Factor;
  /** The base price follows the volume, and until the end is 0; null: it is known. */
  readonly meter: VolumeMeter | null;
}

/** Terms, and the rules that they come from. Both absent where nothing is made of the amounts. */
export interface RuledTerms {
  readonly terms?: ChargeTerms;
  /** Ids of the rules' versions, apart by spaces, in the order in which they work. */
  readonly priceRules?: string;
}

/** The rules that change what an owner's usage costs, whatever price it has. */
export interface Adjustments {
  readonly discount: PriceRule | undefined;
  readonly markup: PriceRule | undefined;
}

export const NOT_ADJUSTED: Adjustments = { discount: undefined, markup: undefined };

/** A price, the rule that says how many times it a tier costs, and the rate by which it is converted. */
interface TieredPrice {
  readonly tier: PriceRule | undefined;
  readonly fx?: FxRate;
}

export interface TermsInput {
  /** The price of the list cost, and that of the effective one; undefined: there is none, and its cost is not known. */
  readonly listed: TieredPrice | undefined;
  readonly effective: TieredPrice | undefined;
  readonly adjustments: Adjustments;
  readonly meter: VolumeMeter | null;
}

const UNCHANGED: RuledTerms = {};

/** The terms of amounts at these prices. */
export function termsOf({ listed, effective, adjustments, meter }: TermsInput): RuledTerms {
  const { discount, markup } = adjustments;
  const isRuled = listed?.tier ?? effective?.tier ?? (effective && (discount ?? markup));
  if (meter === null && !isRuled && !listed?.fx && !effective?.fx) return UNCHANGED;
  const priceRules = namesOf([listed?.tier, effective?.tier, ...(effective ? [discount, markup] : [])]);
  const terms = {
    list: factorOf({ tier: listed?.tier, fx: listed?.fx }),
    effective: factorOf({ tier: effective?.tier, discount, markup, fx: effective?.fx }),
    meter,
  };
  return { terms, ...(priceRules !== undefined && { priceRules }) };
}

/** Equal for terms that come to the same. */
export function termsKey({ list, effective, meter }: ChargeTerms): string {
  return `${list} ${effective} ${meter ? meterKey(meter) : ''}`;
}

function namesOf(rules: readonly (PriceRule | undefined)[]): string | undefined {
  const ids = rules.flatMap((rule) => (rule ? [rule.priceRuleId] : []));
  return ids.length === 0 ? undefined : [...new Set(ids)].join(' ');
}
