import { formatInstant } from '#calendar';
import {
  type ExplainedChargeWire,
  type ExplanationWire,
  type OwnExplanationWire,
  type SplitShareWire,
  toPage,
} from '#contract';
import { formatMinor, formatPicos, scaledToDecimal } from '#money';
import { CHARGE_UNIT_DECIMALS, type ChargeUnit } from '#rating';
import type {
  Compared,
  CorrectionExplanation,
  LineCircumstances,
  LineExplanation,
  OwnExplanation,
  Rounding,
  SourcedCharge,
  SplitShare,
  StatementLine,
} from '#statement';
import { attributionToApi, idleToApi } from '../pools/pool-wire.js';
import { pricedToApi } from '../prices/price-wire.js';
import { lineToApi } from './statement-wire.js';

/** Instances x 10^6. */
const COUNT_DECIMALS = 6;

/** An explanation as the API says it; `limit` of its charges were asked for, and one more read. */
export function explanationToApi(explanation: LineExplanation, limit: number): ExplanationWire {
  const { period, state, currency, line, own, correction, sinceClose } = explanation;
  const { unit } = line;
  const comparedToApi = (of: Compared) => amountsToApi(of, unit, currency);
  return {
    period,
    state,
    currency,
    line: lineToApi(line, period, currency),
    own: own && ownToApi(own, line, currency, limit),
    correction: correction && correctionToApi(correction, line, currency),
    sinceClose: sinceClose && {
      closed: comparedToApi(sinceClose.closed),
      corrections: sinceClose.corrections.map((each) => ({ period: each.period, ...comparedToApi(each) })),
      now: comparedToApi(sinceClose.now),
    },
  };
}

function ownToApi(own: OwnExplanation, { unit }: StatementLine, currency: string, limit: number): OwnExplanationWire {
  const { now, policy, charged, settlements, check, rounding } = own;
  const keyOf = ({ chargePeriod, ordinal }: SourcedCharge) => [chargePeriod.toString(), ordinal.toString()];
  const { data, nextCursor } = toPage(own.charges, limit, keyOf, (charge) => chargeToApi(charge, unit));
  const sumToApi = (sum: Omit<Compared, 'billed'>) => {
    const { requests, quantity, list, effective } = amountsToApi({ ...sum, billed: null }, unit, currency);
    return { requests, quantity, list, effective };
  };
  return {
    now: now && amountsToApi(now, unit, currency),
    policy: policy && {
      version: policy.version,
      validFrom: formatInstant(policy.validFrom),
      attribution: attributionToApi(policy.attribution),
      idle: idleToApi(policy.idle),
    },
    prices: own.prices.map(pricedToApi),
    charges: { data: [...data], nextCursor },
    charged: { entries: charged.entries, ...sumToApi(charged), setAside: formatPicos(charged.setAside) },
    settlements: settlements.map(({ step, splits, ...sum }) => {
      return { step, ...sumToApi(sum), splits: splits.map(splitToApi) };
    }),
    check: {
      charged: formatPicos(check.charged),
      settled: formatPicos(check.settled),
      line: formatPicos(check.line),
      difference: formatPicos(check.difference),
    },
    rounding: rounding && roundingToApi(rounding, currency),
  };
}

function chargeToApi(charge: SourcedCharge, unit: ChargeUnit): ExplainedChargeWire {
  const { poolCost, setAside, unitPrice } = charge;
  return {
    chargePeriod: formatInstant(charge.chargePeriod),
    charges: charge.charges,
    requests: charge.requests.toString(),
    quantity: scaledToDecimal(charge.quantity, CHARGE_UNIT_DECIMALS[unit]),
    list: picosToApi(charge.list),
    effective: picosToApi(charge.effective),
    unitPrice: unitPrice && { list: picosToApi(unitPrice.list), effective: formatPicos(unitPrice.effective) },
    poolCost: poolCost && {
      list: picosToApi(poolCost.list),
      effective: formatPicos(poolCost.effective),
      instanceSeconds: secondsToApi(poolCost.instanceMicroMs),
      sources: charge.sources.map(({ record, effective }) => ({
        costRecordId: record.costRecordId,
        version: record.version,
        provider: record.provider,
        instanceType: record.instanceType,
        pricingModel: record.pricingModel,
        hourlyRate: formatPicos(record.hourlyRate),
        count: scaledToDecimal(record.instanceMicros, COUNT_DECIMALS),
        from: formatInstant(record.validFrom),
        to: record.validTo === null ? null : formatInstant(record.validTo),
        effective: formatPicos(effective),
      })),
      purchases: charge.purchases.map(({ purchase, version }) => ({ purchase, version })),
      otherSources: formatPicos(charge.otherSources),
    },
    splits: charge.splits.map(splitToApi),
    setAside: setAside && {
      by: setAside.by,
      list: picosToApi(setAside.list),
      effective: formatPicos(setAside.effective),
      instanceSeconds: secondsToApi(setAside.instanceNanos),
    },
    why: charge.why,
  };
}

/** A split of picos. Weights are integers of any common scale. */
function splitToApi({ by, name, amount, weight, totalWeight, parts, part }: SplitShare): SplitShareWire {
  const weights = { weight: weight.toString(), totalWeight: totalWeight.toString() };
  return { by, name, amount: formatPicos(amount), ...weights, parts, part: formatPicos(part) };
}

/** Rounding splits minor units, and its weights are exact amounts. */
function roundingToApi(rounding: Rounding, currency: string): NonNullable<OwnExplanationWire['rounding']> {
  const { party, method, picosPerMinor, ofParty, ofTeam, ofLine } = rounding;
  const money = (minor: bigint) => formatMinor(minor, currency);
  const both = ({ effective, billed }: typeof ofLine) => ({ effective: formatPicos(effective), billed: money(billed) });
  return {
    party,
    minorUnit: formatPicos(picosPerMinor),
    method,
    ofParty: both(ofParty),
    ofTeam: both(ofTeam),
    ofLine: both(ofLine),
    splits: rounding.splits.map(({ by, name, amount, weight, totalWeight, parts, part }) => {
      const weights = { weight: formatPicos(weight), totalWeight: formatPicos(totalWeight) };
      return { by, name, amount: money(amount), ...weights, parts, part: money(part) };
    }),
    residue: formatPicos(ofLine.billed * picosPerMinor - ofLine.effective),
  };
}

function correctionToApi(
  { lineId, before, after, evidence }: CorrectionExplanation,
  { unit, correction }: StatementLine,
  currency: string,
): ExplanationWire['correction'] {
  const { period = '', cause = '' } = correction ?? {};
  return {
    ...{ period, lineId, cause },
    before: amountsToApi(before, unit, currency),
    after: amountsToApi(after, unit, currency),
    evidence: { before: circumstancesToApi(evidence.before), after: circumstancesToApi(evidence.after) },
  };
}

function circumstancesToApi({ requests, tokens, poolCost, policyVersions, priceVersions }: LineCircumstances) {
  return {
    requests: requests.toString(),
    tokens: tokens.toString(),
    poolCost: picosToApi(poolCost),
    policyVersions: [...policyVersions],
    priceVersions: [...priceVersions],
  };
}

function amountsToApi({ requests, quantity, list, effective, billed }: Compared, unit: ChargeUnit, currency: string) {
  return {
    requests: requests.toString(),
    quantity: scaledToDecimal(quantity, CHARGE_UNIT_DECIMALS[unit]),
    list: picosToApi(list),
    effective: picosToApi(effective),
    billed: billed === null ? null : formatMinor(billed, currency),
  };
}

function picosToApi(picos: bigint | null): string | null {
  return picos === null ? null : formatPicos(picos);
}

function secondsToApi(instanceNanos: bigint): string {
  return scaledToDecimal(instanceNanos, CHARGE_UNIT_DECIMALS.instance_seconds);
}
