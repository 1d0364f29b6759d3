import type { EpochMs } from '#calendar';
import { divideHalfEven, type Picos } from '#money';

const MILLION = 1_000_000n;

/** What tokens of a pool cost at a time. Null: no rate of the pool is known. */
export type PoolCost = (
  pool: string,
  at: EpochMs,
  tokens: bigint,
) => { readonly billedCost: Picos | null; readonly effectiveCost: Picos | null };

interface Rate {
  readonly pool: string;
  readonly validFrom: EpochMs;
  readonly effectivePicosPerMillion: Picos;
  readonly billedPicosPerMillion: Picos;
}

/** The cost by the rate in force; before the first of a pool by that one. `rates` ascend by time within a pool. */
export function poolCostOf(rates: readonly Rate[]): PoolCost {
  const byPool = new Map<string, Rate[]>();
  for (const rate of rates) {
    const ofPool = byPool.get(rate.pool);
    if (ofPool) ofPool.push(rate);
    else byPool.set(rate.pool, [rate]);
  }
  return (pool, at, tokens) => {
    const ofPool = byPool.get(pool);
    const rate = ofPool?.findLast(({ validFrom }) => validFrom <= at) ?? ofPool?.[0];
    if (!rate) return { billedCost: null, effectiveCost: null };
    const cost = (perMillion: Picos) => divideHalfEven(tokens * perMillion, MILLION);
    return { billedCost: cost(rate.billedPicosPerMillion), effectiveCost: cost(rate.effectivePicosPerMillion) };
  };
}
