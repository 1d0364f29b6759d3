import { dayIn, type EpochMs } from '#calendar';
import type { MeteredUsage, UsageDimension } from '#metering/domain';
import { divideHalfEven, type Picos } from '#money';
import type { FxRate, PriceBook, PriceRule, VolumePrice } from '#pricing/domain';
import { type Charge, rateUnits, rateUsage, roundFactored } from '#rating/domain';
import { inputTokens, outputTokens, type TokenCounts, type UnitCounts } from '#token';
import type { QuotaUsage } from './measure.js';
import type { PoolCost } from './pool-cost.js';

/** All that says what usage costs. */
export interface PricingInputs {
  readonly currency: string;
  readonly timeZone: string;
  readonly book: PriceBook;
  readonly rules: readonly PriceRule[];
  readonly fxRates: readonly FxRate[];
  readonly poolCost: PoolCost;
}

/** Tokens of one dimension: those of text, or of one modality. */
export interface UsedTokens {
  readonly dimension: UsageDimension;
  readonly dimensionKey: string;
  readonly tokens: TokenCounts;
}

/** One request, or what it is expected to be. */
export interface UsedOnce {
  readonly at: EpochMs;
  /** The first is the request's own. */
  readonly parts: readonly [UsedTokens, ...UsedTokens[]];
  readonly units: UnitCounts;
}

/**
 * What one request uses, at the prices that hold for it; equal for equal inputs, whenever it is asked. Of a pool tokens cost its
 * running rate, at a provider their price with the rules for its owner. Where the price follows the month's volume, that of
 * its first tier: quotas are held while nobody knows how far the month will go.
 */
export function usageOf(used: UsedOnce, inputs: PricingInputs): QuotaUsage {
  let [input, cached, output] = [0n, 0n, 0n];
  for (const { tokens } of used.parts) {
    input += inputTokens(tokens);
    cached += tokens.cacheRead;
    output += outputTokens(tokens);
  }
  const { billedCost, effectiveCost } = costsOf(used, inputs, input + output);
  return {
    requests: 1n,
    inputTokens: input,
    cachedTokens: cached,
    outputTokens: output,
    billedCost,
    effectiveCost,
  };
}

function costsOf(
  used: UsedOnce,
  inputs: PricingInputs,
  tokens: bigint,
): Pick<QuotaUsage, 'billedCost' | 'effectiveCost'> {
  const { provider, pool } = used.parts[0].dimension;
  if (provider === null && pool !== null) return inputs.poolCost(pool, used.at, tokens);
  const cost = providerCost(used, inputs);
  return { billedCost: cost, effectiveCost: cost };
}

/** Null: some of it has no price. */
function providerCost({ at, parts, units }: UsedOnce, inputs: PricingInputs): Picos | null {
  const { currency, rules, fxRates, book, timeZone } = inputs;
  const context = {
    currency,
    isKnownTeam: () => true,
    rules: { rules, costCenterOf: ({ costCenter }: UsageDimension) => costCenter },
    exchange: { currency, fxRates, dayOf: (instant: EpochMs) => dayIn(instant, timeZone) },
  };
  const rows = parts.map((part, i) => rowOf(part, at, i === 0 ? 1n : 0n));
  const [first] = parts;
  const charges = rateUsage(rows, book, context);
  if (Object.keys(units).length > 0) {
    const { dimension, dimensionKey } = first;
    charges.push(...rateUnits([{ chargePeriod: at, dimension, dimensionKey, units }], book, context));
  }
  let total = 0n;
  for (const charge of charges) {
    const cost = costOf(charge);
    if (cost === null) return null;
    total += cost;
  }
  return total;
}

/** A row that nothing but its price is asked of. */
function rowOf({ dimension, dimensionKey, tokens }: UsedTokens, chargePeriod: EpochMs, requests: bigint): MeteredUsage {
  return {
    chargePeriod,
    dimension,
    dimensionKey,
    tokens,
    units: {},
    requests,
    inferenceMicros: 0n,
    prefillMicros: 0n,
    decodeMicros: 0n,
    untimedRequests: 0n,
  };
}

function costOf({ effective, terms, quantity }: Charge): Picos | null {
  if (effective === null || !terms) return effective;
  const base = terms.meter ? firstTierCost(quantity, terms.meter.price) : effective;
  return roundFactored(base * terms.effective);
}

function firstTierCost(quantity: bigint, price: VolumePrice): Picos {
  if (price.model !== 'package') return quantity * price.tiers[0].picosPerToken;
  return divideHalfEven(quantity * price.picosPerPackage, price.packageTokens);
}
