import { allocatePool, appliedPolicyAt } from '#allocation/domain';
import type { EpochMs } from '#calendar';
import type { MeteredUsage, UnitUsage } from '#metering/domain';
import { groupBy } from '#money';
import { type Charge, type RatingContext, rateUnits, rateUsage } from '#rating/domain';
import type { BilledPool, BillInputs } from './bill-inputs.js';
import type { BillSums } from './bill-sums.js';
import type { BillTrace } from './bill-trace.js';
import { exchangeOf } from './exchange.js';

/**
 * Bills usage charge period by charge period: each row is rated or, when it has a pool, shares in what the pool cost. The
 * plain way, charge by charge; `BillColumns` comes to the same sums faster, and verification holds one against the other.
 */
export class BillUsage {
  private readonly pools: ReadonlyMap<string, BilledPool>;
  /** Charge periods of each pool that are billed. What is left at the end had cost and no usage. */
  private readonly billed = new Map<string, Set<EpochMs>>();

  constructor(
    private readonly inputs: BillInputs,
    private readonly sums: BillSums,
    private readonly trace?: BillTrace,
  ) {
    this.pools = new Map(inputs.pools.map((billedPool) => [billedPool.pool, billedPool]));
  }

  /** Bills all usage of one charge period: every row of it, in one call. */
  billPeriod(chargePeriod: EpochMs, usage: readonly MeteredUsage[]): void {
    this.billRated(usage.filter(({ dimension }) => dimension.pool === null));
    const onPools = usage.filter(({ dimension }) => dimension.pool !== null);
    for (const [pool, rows] of groupBy(onPools, ({ dimension }) => dimension.pool ?? ''))
      this.billPool(pool, chargePeriod, rows);
    this.billUnits(usage);
  }

  billRated(usage: readonly MeteredUsage[]): void {
    this.fold(rateUsage(this.inputs.owners.owned(usage), this.inputs.book, this.ratingContext()));
    this.trace?.rated();
  }

  /** Bills what was used beside tokens, of pools and providers alike. */
  billUnits(usage: readonly UnitUsage[]): void {
    this.fold(rateUnits(this.inputs.owners.owned(usage), this.inputs.book, this.ratingContext()));
    this.trace?.rated();
  }

  private ratingContext(): RatingContext {
    const { account, owners, priceRules } = this.inputs;
    const rules = { rules: priceRules, costCenterOf: owners.costCenterOf.bind(owners) };
    return { currency: account.currency, isKnownTeam: owners.isKnownTeam, rules, exchange: exchangeOf(this.inputs) };
  }

  /** Bills all usage of one pool in one charge period. */
  billPool(pool: string, chargePeriod: EpochMs, usage: readonly MeteredUsage[]): void {
    const { costs, policies = [] } = this.pools.get(pool) ?? {};
    const cost = costs?.get(chargePeriod);
    const policy = appliedPolicyAt(policies, chargePeriod, this.inputs.book);
    const { owners } = this.inputs;
    const { isKnownTeam } = owners;
    const allocated = allocatePool({ cost, policy, usage: owners.owned(usage), isKnownTeam });
    const { charges, steps, held, usedInstanceNanos } = allocated;
    this.fold(charges);
    this.trace?.pool({ pool, chargePeriod, cost, policy, steps, held });
    if (held && policy) this.sums.held.add(pool, policy.version, held);
    if (cost) this.sums.addPoolPeriod(cost, usedInstanceNanos);
    const untimed = usage.reduce((sum, row) => sum + row.untimedRequests, 0n);
    // As the columns do: a pool is not there for a bucket that counts nothing.
    if (untimed > 0n) this.sums.addUntimed(pool, untimed);
    this.markBilled(pool, chargePeriod);
  }

  markBilled(pool: string, chargePeriod: EpochMs): void {
    const periods = this.billed.get(pool);
    if (periods) periods.add(chargePeriod);
    else this.billed.set(pool, new Set([chargePeriod]));
  }

  /** Bills the charge periods in which a pool cost something and nobody used it. Call it once, after all usage. */
  billUnused(): void {
    for (const { pool, costs } of this.inputs.pools) {
      const billed = this.billed.get(pool);
      for (const chargePeriod of costs.keys()) if (!billed?.has(chargePeriod)) this.billPool(pool, chargePeriod, []);
    }
  }

  private fold(charges: readonly Charge[]): void {
    const { owners, facetOf } = this.inputs;
    for (const charge of charges) {
      const { dimension, bearer, chargePeriod } = charge;
      const owner = dimension ?? (bearer === null ? null : { team: bearer, costCenter: null });
      const costCenter = owner && owners.costCenterOf(owner, chargePeriod);
      this.sums.addCharge(charge, costCenter, facetOf?.(dimension, chargePeriod).facet);
      this.trace?.charge(charge, costCenter);
    }
  }
}
