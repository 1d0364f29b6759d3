import { CHARGE_PERIOD_MS } from '#calendar';
import { spreadCost } from '#cost-record/domain';
import type { BilledPool } from '../bill-inputs.js';
import type { ExplainedCharge } from './explained-charge.js';
import type { CostSource, SourcedCharge } from './explanation.js';

/** A pool of more instances than that is summed beyond them. */
const SOURCES_MAX = 50;

/** Says which records make up what the pool cost in the charge's period, and how much of it each. */
export function sourceCharge(charge: ExplainedCharge, ordinal: number, pool: BilledPool | undefined): SourcedCharge {
  const { chargePeriod, poolCost } = charge;
  const purchases = pool?.purchases.slice(0, SOURCES_MAX) ?? [];
  if (!poolCost) return { ...charge, ordinal, sources: [], purchases: [], otherSources: 0n };
  const end = chargePeriod + CHARGE_PERIOD_MS;
  const records = purchases.length === 0 ? (pool?.costRecords ?? []) : [];
  const standing = records.filter(({ validFrom, validTo }) => validFrom < end && (validTo ?? end) > chargePeriod);
  const sources = standing.slice(0, SOURCES_MAX).flatMap((record): CostSource[] => {
    const [cost] = spreadCost([record], chargePeriod, end);
    return cost ? [{ record, effective: cost.effective }] : [];
  });
  const otherSources = sources.reduce((rest, { effective }) => rest - effective, poolCost.effective);
  return { ...charge, ordinal, sources, purchases, otherSources };
}
