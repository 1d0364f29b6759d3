import type { AccruedCost, PoolKind, PoolPeriod } from '#cost-record/domain';
import type { Charge } from '#rating/domain';
import { addAmounts, addKnown } from './add-amounts.js';
import { HeldCharges } from './held-charges.js';
import { HeldCosts } from './held-costs.js';
import { type MonthReconciliation, NOTHING_RECONCILED } from './invoices/reconciliation.js';
import { type LineAmounts, type LineFields, lineKey } from './line.js';
import { lineOfCharge } from './line-of-charge.js';

/** A pool's idle charges of one policy version. */
export interface PoolIdle {
  readonly pool: string;
  readonly policyVersion: number | null;
  readonly effective: bigint;
  readonly list: bigint | null;
  readonly instanceNanos: bigint;
}

/** What a pool cost and how much of it was used. */
export interface PoolSums {
  readonly pool: string;
  readonly kind: PoolKind;
  readonly effective: bigint;
  readonly list: bigint | null;
  /** At negotiated prices, before what commitments save; null when not known. */
  readonly contracted: bigint | null;
  /** What fell due as invoices have it; null for a month that was closed before it was kept. */
  readonly invoiced: bigint | null;
  /** What of each of these, but for `list`, its invoices say beyond its records. */
  readonly adjusted: bigint;
  readonly paidInstanceNanos: bigint;
  /** Null when the basis of any used period cannot know. */
  readonly usedInstanceNanos: bigint | null;
  readonly untimedRequests: bigint;
}

const NOTHING = {
  effective: 0n,
  list: 0n,
  contracted: 0n,
  invoiced: 0n,
  adjusted: 0n,
  paidInstanceNanos: 0n,
  usedInstanceNanos: 0n,
  untimedRequests: 0n,
};

/**
 * Where charges are folded as they come. It holds a sum per line and per pool, never charges, so its size follows the
 * number of lines and not of events.
 */
export class BillSums {
  readonly held = new HeldCosts();
  readonly heldCharges = new HeldCharges();
  /** How the month stands against its invoices, once they are settled. */
  reconciliation: MonthReconciliation = NOTHING_RECONCILED;
  private readonly lineSums = new Map<string, LineFields & LineAmounts>();
  private readonly idleSums = new Map<string, PoolIdle>();
  private readonly poolSums = new Map<string, PoolSums>();

  constructor(private readonly platformTeam: string) {}

  /** Folds a charge of any kind. `costCenter` is that of the charge's dimension or bearer at its time. */
  addCharge(charge: Charge, costCenter: string | null, facet?: string): void {
    const { kind, pool, origin, requests, quantity, tokens, list, effective, terms } = charge;
    if (kind === 'idle' && pool !== null) {
      const { policyVersion } = origin;
      this.addIdle({ pool, policyVersion, effective: effective ?? 0n, list, instanceNanos: quantity });
      return;
    }
    const fields = { ...lineOfCharge(charge, costCenter, this.platformTeam), ...facetField(facet) };
    const amounts = { requests, quantity, tokens, list, effective };
    if (terms) this.heldCharges.add(terms, fields, amounts);
    else this.addLine(fields, amounts);
  }

  addLine(fields: LineFields, amounts: LineAmounts): void {
    const key = lineKey(fields);
    const before = this.lineSums.get(key);
    this.lineSums.set(key, { ...fields, ...(before ? addAmounts(before, amounts) : amounts) });
  }

  addIdle(idle: PoolIdle): void {
    const key = JSON.stringify([idle.pool, idle.policyVersion]);
    const before = this.idleSums.get(key);
    if (!before) this.idleSums.set(key, idle);
    else
      this.idleSums.set(key, {
        ...idle,
        effective: before.effective + idle.effective,
        list: addKnown(before.list, idle.list),
        instanceNanos: before.instanceNanos + idle.instanceNanos,
      });
  }

  /** Counts what a pool cost in one charge period, and what its usage took of it. */
  addPoolPeriod(cost: PoolPeriod, usedInstanceNanos: bigint | null): void {
    this.addPool({
      pool: cost.pool,
      kind: 'capacity',
      effective: cost.effective,
      list: cost.list,
      contracted: cost.contracted,
      invoiced: cost.invoiced,
      adjusted: 0n,
      paidInstanceNanos: cost.instanceMicroMs,
      usedInstanceNanos,
      untimedRequests: 0n,
    });
  }

  addUntimed(pool: string, untimedRequests: bigint): void {
    this.addPool({ ...NOTHING, pool, kind: 'capacity', untimedRequests });
  }

  /** Counts what a pool of shared cost cost in a stretch of time; it has no prices but those two. */
  addSharedCost(pool: string, { effective, list }: AccruedCost): void {
    this.addPool({ ...NOTHING, pool, kind: 'shared', effective, list, contracted: effective, invoiced: effective });
  }

  /** Counts what a pool's invoices say beyond its records, or less than them; no public price tells of it. */
  addAdjustment(pool: string, kind: PoolKind, adjusted: bigint): void {
    const costs = { effective: adjusted, contracted: adjusted, invoiced: adjusted, adjusted };
    this.addPool({ ...NOTHING, pool, kind, ...costs });
  }

  private addPool(sums: PoolSums): void {
    const before = this.poolSums.get(sums.pool);
    if (!before) this.poolSums.set(sums.pool, sums);
    else
      this.poolSums.set(sums.pool, {
        pool: sums.pool,
        // Usage that names a shared pool makes it no capacity.
        kind: before.kind === 'shared' ? 'shared' : sums.kind,
        effective: before.effective + sums.effective,
        list: addKnown(before.list, sums.list),
        contracted: addKnown(before.contracted, sums.contracted),
        invoiced: addKnown(before.invoiced, sums.invoiced),
        adjusted: before.adjusted + sums.adjusted,
        paidInstanceNanos: before.paidInstanceNanos + sums.paidInstanceNanos,
        usedInstanceNanos: addKnown(before.usedInstanceNanos, sums.usedInstanceNanos),
        untimedRequests: before.untimedRequests + sums.untimedRequests,
      });
  }

  lines(): (LineFields & LineAmounts)[] {
    return [...this.lineSums.values()];
  }

  idle(): PoolIdle[] {
    return [...this.idleSums.values()];
  }

  /** The pools with a cost or usage. */
  pools(): PoolSums[] {
    return [...this.poolSums.values()];
  }
}

/** Lines of statements do not have the field at all. */
function facetField(facet: string | undefined): Pick<LineFields, 'facet'> {
  return facet === undefined ? {} : { facet };
}
