import type { EpochMs } from '#calendar';
import type { UsageDimension } from '#metering/domain';
import {
  type Day,
  type FxRate,
  fxRateAt,
  type PriceBook,
  type PriceRule,
  type PriceVersion,
  ruleFor,
  tierNamed,
} from '#pricing/domain';

/** A price that holds for usage; that of the standard tier where a rule says what the usage's own tier costs of it. */
export interface FoundPrice {
  readonly version: PriceVersion;
  readonly tier: PriceRule | undefined;
  /**
   * The rate of the day by which its amounts are converted; absent where it is in the account's currency, and where no rate of
   * the day converts it.
   */
  readonly fx?: FxRate;
}

/** How prices in another currency than the account's are converted. */
export interface Exchange {
  /** The account's. */
  readonly currency: string;
  readonly fxRates: readonly FxRate[];
  /** The day of an instant, in the account's zone. */
  readonly dayOf: (at: EpochMs) => Day;
}

export interface FoundPrices {
  readonly list: FoundPrice | undefined;
  readonly contract: FoundPrice | undefined;
}

export const NO_PRICES: FoundPrices = { list: undefined, contract: undefined };

/** Of a dimension, what prices depend on. */
export type PricedDimension = Pick<UsageDimension, 'provider' | 'model' | 'serviceTier' | 'region'>;

/**
 * The public and the own price of usage at an instant. Each is that of the usage's tier. A tier that has none takes the standard
 * tier's, where a rule says how many times that it is; without such a rule it has no price, for tiers are never mixed. A price in
 * another currency that no rate of the day converts holds all the same: what it comes to is not known, and no other price is.
 */
export function findPrices(
  { provider, model, serviceTier, region }: PricedDimension,
  at: EpochMs,
  book: PriceBook,
  { rules, exchange }: { readonly rules: readonly PriceRule[]; readonly exchange: Exchange },
): FoundPrices {
  // Usage that no provider bills is allocated from its pool's cost; without a pool either, the door lets nothing in.
  if (provider === null) return NO_PRICES;
  const own = book.find({ provider, model, serviceTier, region, at });
  const rule = tierRule({ provider, model, serviceTier }, at, rules);
  const standard = rule && book.find({ provider, model, serviceTier: 'standard', region, at });
  const found = (version: PriceVersion | undefined, base: PriceVersion | undefined): FoundPrice | undefined => {
    if (version) return converted({ version, tier: undefined }, at, exchange);
    return base && converted({ version: base, tier: rule }, at, exchange);
  };
  return { list: found(own.list, standard?.list), contract: found(own.contract, standard?.contract) };
}

function converted(price: FoundPrice, at: EpochMs, { currency, fxRates, dayOf }: Exchange): FoundPrice {
  const { currency: own } = price.version;
  if (own === currency) return price;
  const fx = fxRateAt(fxRates, own, currency, dayOf(at));
  return fx ? { ...price, fx } : price;
}

/** Rules of tiers are for all teams alike: the price is the account's. */
function tierRule(
  subject: { readonly provider: string; readonly model: string; readonly serviceTier: string },
  at: EpochMs,
  rules: readonly PriceRule[],
): PriceRule | undefined {
  if (tierNamed(subject.serviceTier) === 'standard') return undefined;
  return ruleFor(rules, 'tier_multiplier', { ...subject, team: '', costCenter: null }, at);
}
