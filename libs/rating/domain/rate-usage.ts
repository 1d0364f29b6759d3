import { type EpochMs, formatInstant } from '#calendar';
import type { MeteredUsage, UnitUsage, UsageDimension } from '#metering/domain';
import { type PriceBook, type PriceRule, ruleFor } from '#pricing/domain';
import { TOKEN_CLASSES } from '#token';
import { type Charge, isCharged, REQUEST_CARRIER } from './charge.js';
import { type Adjustments, NOT_ADJUSTED } from './charge-terms.js';
import { type Exchange, findPrices } from './find-prices.js';
import { type UnitPrice, type UnitPrices, unitPrices } from './unit-prices.js';

export interface RatingContext {
  /** The account's currency. What costs a price in another is known where a rate of exchange converts it. */
  readonly currency: string;
  /** Whether the directory knows the team; the cost of one that it does not know is `unattributed`. */
  readonly isKnownTeam: (team: string) => boolean;
  /** Absent: none hold. */
  readonly rules?: OwnerRules;
  /** Absent: nothing converts prices. */
  readonly exchange?: Exchange;
}

/** The rules that change prices, and the cost centre by which some ask for theirs. */
export interface OwnerRules {
  readonly rules: readonly PriceRule[];
  readonly costCenterOf: (dimension: UsageDimension, at: EpochMs) => string | null;
}

/**
 * What usage billed per token costs: `tokens x price`, exact, for unit prices are whole picos per token. Usage of a class
 * without a price, or with one that no rate converts, becomes an `unpriced` charge with null cost. The price at the charge period's start counts.
 */
export function rateUsage(usage: readonly MeteredUsage[], book: PriceBook, context: RatingContext): Charge[] {
  return usage.flatMap((row) => rateAtPrices(row, pricesOf(row, book, context), context));
}

/**
 * The charges of one row at known unit prices. Linear in the row's quantities: rows of one dimension with the same unit
 * prices may be summed before rating and give the same totals, whatever their charge periods, as long as all or none of
 * them have tokens of the class that carries the requests (none of these cost nothing even where they have no price).
 */
export function rateAtPrices(row: MeteredUsage, prices: UnitPrices, context: RatingContext): Charge[] {
  const charges: Charge[] = [];
  for (const tokenClass of TOKEN_CLASSES) {
    const quantity = row.tokens[tokenClass];
    if (!isCharged(tokenClass, quantity, row.requests)) continue;
    const requests = tokenClass === REQUEST_CARRIER ? row.requests : 0n;
    const price = quantity === 0n && prices.known ? freeOf(prices.tokens[tokenClass]) : prices.tokens[tokenClass];
    charges.push(chargeAt(price, { row, context, tokenClass, unit: 'tokens', quantity, requests }));
  }
  if (row.requests > 0n && prices.request)
    charges.push(
      chargeAt(prices.request, {
        row,
        context,
        tokenClass: null,
        unit: 'requests',
        quantity: row.requests,
        requests: 0n,
      }),
    );
  return charges;
}

function pricesOf(row: MeteredUsage, book: PriceBook, context: RatingContext): UnitPrices {
  const { found, adjustments } = pricesFor(row, book, context);
  const { contextFrom, modality } = row.dimension;
  return unitPrices(found, { contextFrom, modality, currency: context.currency }, adjustments);
}

/** The prices that hold for usage at its time, and what its owner's rules make of them. */
export function pricesFor({ dimension, chargePeriod: at }: UnitUsage, book: PriceBook, context: RatingContext) {
  const { rules = [], costCenterOf } = context.rules ?? {};
  const costCenter = costCenterOf?.(dimension, at) ?? null;
  return {
    found: findPrices(dimension, at, book, { rules, exchange: context.exchange ?? noExchange(context.currency) }),
    adjustments: adjustmentsFor(dimension, costCenter, at, rules),
  };
}

function noExchange(currency: string): Exchange {
  return { currency, fxRates: [], dayOf: (at) => formatInstant(at).slice(0, 10) };
}

/** The discount and the markup that hold for an owner's usage at an instant. */
export function adjustmentsFor(
  dimension: UsageDimension,
  costCenter: string | null,
  at: EpochMs,
  rules: readonly PriceRule[],
): Adjustments {
  if (rules.length === 0) return NOT_ADJUSTED;
  const subject = { ...dimension, provider: dimension.provider ?? '', costCenter };
  return { discount: ruleFor(rules, 'discount', subject, at), markup: ruleFor(rules, 'markup', subject, at) };
}

interface Charged extends Pick<Charge, 'tokenClass' | 'unit' | 'quantity' | 'requests'> {
  readonly row: MeteredUsage;
  readonly context: RatingContext;
}

/** Field by field: made for every charge of a bill and every reservation, a copy of an object with the rest of it costs ten times as much. */
function chargeAt(price: UnitPrice, { row, context, tokenClass, unit, quantity, requests }: Charged): Charge {
  const { dimension, dimensionKey, chargePeriod } = row;
  const { list, effective, priceVersionId, priceRules, terms } = price;
  const owned = context.isKnownTeam(dimension.team) ? 'used' : 'unattributed';
  const charge: Charge = {
    kind: effective === null ? 'unpriced' : owned,
    chargePeriod,
    dimension,
    dimensionKey,
    bearer: null,
    pool: null,
    tokenClass,
    requests,
    quantity,
    unit,
    tokens: null,
    list: list === null ? null : list * quantity,
    effective: effective === null ? null : effective * quantity,
    origin:
      priceRules === undefined
        ? { priceVersionId, policyVersion: null }
        : { priceVersionId, policyVersion: null, priceRules },
  };
  return terms ? { ...charge, terms } : charge;
}

/** No tokens cost nothing, also of a class that a known model has no price for. */
function freeOf(price: UnitPrice): UnitPrice {
  return { ...price, list: price.list ?? 0n, effective: price.effective ?? 0n };
}
