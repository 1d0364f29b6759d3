import { divideHalfEven, type Picos } from '#money';
import { FX_RATE_DECIMALS, type FxRate, type PriceRule, RULE_VALUE_DECIMALS } from '#pricing/domain';

/**
 * What an amount at base prices is multiplied by, exact: an integer scaled by 10^`FACTOR_DECIMALS`, which holds the product of a
 * tier's multiplier, a discount and a markup in percent with all their decimals.
 */
export type Factor = bigint;

const ONE_VALUE = 10n ** BigInt(RULE_VALUE_DECIMALS);
const WHOLE_PERCENT = 100n * ONE_VALUE;
const ONE_RATE = 10n ** BigInt(FX_RATE_DECIMALS);
const FACTOR_SCALE = ONE_VALUE * WHOLE_PERCENT * WHOLE_PERCENT * ONE_RATE;

export interface FactorRules {
  readonly tier: PriceRule | undefined;
  readonly discount: PriceRule | undefined;
  readonly markup: PriceRule | undefined;
  /** Of the price's currency to the account's; undefined: they are the same. */
  readonly fx: FxRate | undefined;
}

/** multiplier x (1 - discount / 100) x (1 + markup / 100) x rate of exchange: a markup is on what is left after the discount. */
export function factorOf({ tier, discount, markup, fx }: Partial<FactorRules>): Factor {
  const discounted = WHOLE_PERCENT - (discount?.value ?? 0n);
  const marked = WHOLE_PERCENT + (markup?.value ?? 0n);
  return (tier?.value ?? ONE_VALUE) * discounted * marked * (fx?.rate ?? ONE_RATE);
}

/** Rounds a sum of amounts times their factors to whole picos, half-even: once, after all of them are added. */
export function roundFactored(sum: bigint): Picos {
  return divideHalfEven(sum, FACTOR_SCALE);
}
