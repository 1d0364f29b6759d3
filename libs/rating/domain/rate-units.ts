import type { UnitUsage } from '#metering/domain';
import { divideHalfEven, type Picos } from '#money';
import type { PriceBook, UnitRate } from '#pricing/domain';
import { USAGE_UNIT_DECIMALS, USAGE_UNITS, type UsageUnit } from '#token';
import { CHARGE_UNIT_OF, type Charge } from './charge.js';
import { type Adjustments, termsOf } from './charge-terms.js';
import { pricesFor, type RatingContext } from './rate-usage.js';
import { type AppliedRate, isConvertible, rateFor } from './unit-prices.js';

/**
 * What is used beside tokens costs: for each unit `quantity x price / per`, with the price of so many (1,000 searches,
 * 3,600 seconds), rounded half-even at 10^-12 for each dimension and charge period. Own prices win over public ones unit
 * by unit. A unit that no price names, or one that no rate converts, is `unpriced`: count only what is paid for. What a pool's usage counts is paid with
 * the pool and costs nothing more.
 */
export function rateUnits(usage: readonly UnitUsage[], book: PriceBook, context: RatingContext): Charge[] {
  return usage.flatMap((row) => {
    const { found, adjustments } = pricesFor(row, book, context);
    const { contextFrom } = row.dimension;
    const list = rateFor(found.list, contextFrom);
    const rates = { list: [list], own: [rateFor(found.contract, contextFrom), list], adjustments };
    return USAGE_UNITS.flatMap((unit) => {
      const quantity = row.units[unit];
      return quantity === undefined ? [] : [chargeOf(row, unit, quantity, rates, context)];
    });
  });
}

interface Rates {
  readonly list: readonly (AppliedRate | undefined)[];
  readonly own: readonly (AppliedRate | undefined)[];
  readonly adjustments: Adjustments;
}

function chargeOf(row: UnitUsage, unit: UsageUnit, quantity: bigint, rates: Rates, context: RatingContext): Charge {
  const { dimension, dimensionKey, chargePeriod } = row;
  const { pool } = dimension;
  const own = rates.own.find((applied) => applied?.rate.unitRates?.[unit] !== undefined);
  const amountOf = (applied: AppliedRate | undefined) =>
    applied && isConvertible(applied, context.currency) ? costOf(applied.rate.unitRates?.[unit], unit, quantity) : null;
  const effective = pool === null ? amountOf(own) : 0n;
  const listed = rates.list.find((applied) => applied?.rate.unitRates?.[unit] !== undefined);
  const { adjustments } = rates;
  const { terms, priceRules } = pool === null ? termsOf({ listed, effective: own, adjustments, meter: null }) : {};
  const owned = context.isKnownTeam(dimension.team) ? 'used' : 'unattributed';
  return {
    kind: effective === null ? 'unpriced' : owned,
    ...{ chargePeriod, dimension, dimensionKey, bearer: null, pool },
    ...{ tokenClass: null, requests: 0n, quantity, unit: CHARGE_UNIT_OF[unit], tokens: null },
    list: pool === null ? amountOf(listed) : 0n,
    effective,
    origin: {
      priceVersionId: pool === null ? (own?.version.priceVersionId ?? null) : null,
      policyVersion: null,
      ...(priceRules !== undefined && { priceRules }),
    },
    ...(terms && { terms }),
  };
}

function costOf(rate: UnitRate | undefined, unit: UsageUnit, quantity: bigint): Picos | null {
  if (rate === undefined) return null;
  return divideHalfEven(rate.picos * quantity, rate.per * 10n ** BigInt(USAGE_UNIT_DECIMALS[unit]));
}
