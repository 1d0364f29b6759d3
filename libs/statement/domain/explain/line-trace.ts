import type { AllocationStep } from '#allocation/domain';
import { type PoolPeriodCost, runningCost } from '#cost-record/domain';
import type { PriceBook, PriceVersion } from '#pricing/domain';
import type { Charge } from '#rating/domain';
import { addKnown } from '../add-amounts.js';
import type { BilledPoolPeriod, BillTrace } from '../bill-trace.js';
import { type LineFields, lineKey } from '../line.js';
import { lineOfCharge } from '../line-of-charge.js';
import type { ExplainedCharge, SetAside, Unexplained } from './explained-charge.js';
import type { SplitShare } from './split-share.js';

/** Of one line; more would be a price that changes many times a month. */
const PRICES_MAX = 64;

/**
 * Picks from a bill what one line is made of. Of the line's pool, or of what is rated, it must see every charge period; it
 * keeps an entry for each in which the line was charged, so its size has the month's end.
 */
export class LineTrace implements BillTrace {
  private readonly entries: ExplainedCharge[] = [];
  private readonly key: string;
  private readonly priceVersions = new Map<string, PriceVersion>();
  private own: Charge[] = [];
  private isDemanded = false;

  constructor(
    private readonly line: LineFields,
    private readonly platformTeam: string,
    private readonly book: PriceBook,
  ) {
    this.key = lineKey(line);
  }

  /** In the order of their charge periods. */
  charges(): ExplainedCharge[] {
    // What was held back goes to those who used tokens, where nobody did it is idle.
    const isItsOwn = (this.line.kind === 'idle') !== this.isDemanded;
    return this.entries
      .filter(({ setAside, charges }) => setAside?.by !== 'peak' || isItsOwn || charges > 0)
      .map((entry) => (entry.setAside?.by === 'peak' && !isItsOwn ? { ...entry, setAside: null } : entry))
      .sort((a, b) => a.chargePeriod - b.chargePeriod);
  }

  /** The prices that rated charges were found by, a bounded number of them. */
  prices(): PriceVersion[] {
    return [...this.priceVersions.values()];
  }

  charge(charge: Charge, costCenter: string | null): void {
    // Idle charges are on no line before the month is settled.
    if (charge.kind === 'idle' && charge.pool !== null) return;
    if (lineKey(lineOfCharge(charge, costCenter, this.platformTeam)) === this.key) this.own.push(charge);
  }

  pool(period: BilledPoolPeriod): void {
    const left = new Set(this.take());
    for (const step of period.steps) {
      if (this.isOwnIdle(step))
        this.add(period, [], { splits: splitsOf(step, [], period), setAside: setAsideOf(step) });
      const mine = step.charges.filter((charge) => left.delete(charge));
      if (mine.length > 0) this.add(period, mine, { splits: splitsOf(step, mine, period) });
    }
    const setAside = this.heldBack(period);
    const splits = setAside && period.cost ? runningSplit(period.cost) : [];
    if (left.size > 0 || setAside) this.add(period, [...left], { setAside, splits });
  }

  rated(): void {
    const byPrice = new Map<string, Charge[]>();
    for (const charge of this.take()) {
      this.notePrices(charge);
      const { effective, list } = unitPriceOf(charge) ?? {};
      const key = JSON.stringify([charge.chargePeriod, effective?.toString(), list?.toString()]);
      byPrice.set(key, [...(byPrice.get(key) ?? []), charge]);
    }
    for (const charges of byPrice.values()) {
      const [first] = charges;
      if (!first) continue;
      const period = { cost: undefined, chargePeriod: first.chargePeriod };
      this.add(period, charges, { unitPrice: unitPriceOf(first), why: whyUnpriced(first) });
    }
  }

  private add(
    period: Pick<BilledPoolPeriod, 'chargePeriod' | 'cost'> & Partial<BilledPoolPeriod>,
    charges: readonly Charge[],
    more: Partial<Pick<ExplainedCharge, 'splits' | 'unitPrice' | 'setAside' | 'why'>>,
  ): void {
    const sum = (pick: (charge: Charge) => bigint) => charges.reduce((total, charge) => total + pick(charge), 0n);
    const known = (pick: (charge: Charge) => bigint | null) =>
      charges.reduce((total: bigint | null, charge) => addKnown(total, pick(charge)), 0n);
    const effective = known((charge) => charge.effective);
    this.entries.push({
      chargePeriod: period.chargePeriod,
      charges: charges.length,
      requests: sum(({ requests }) => requests),
      quantity: sum(({ quantity }) => quantity),
      list: known(({ list }) => list),
      effective,
      poolCost: period.cost ?? null,
      splits: [],
      unitPrice: null,
      setAside: null,
      why: period.pool === undefined ? null : whyOf(period, effective, this.line),
      ...more,
    });
  }

  private isOwnIdle({ charges }: AllocationStep): boolean {
    const [charge] = charges;
    return this.line.kind === 'idle' && charge?.kind === 'idle' && this.isOwnVersion(charge.origin.policyVersion);
  }

  /** What `peak` holds of the period, whether the line's own usage is in it or not: the split is over all of it. */
  private heldBack({ held, policy }: BilledPoolPeriod): SetAside | null {
    const isUse = this.line.kind === 'used' || this.line.kind === 'unattributed';
    if (!held || !policy || !this.isOwnVersion(policy.version) || !(isUse || this.line.kind === 'idle')) return null;
    const { list, effective, instanceNanos, demands } = held;
    this.isDemanded ||= [...demands.values()].some((demand) => demand > 0n);
    return { by: 'peak', list, effective, instanceNanos };
  }

  private notePrices({ dimension, chargePeriod: at }: Charge): void {
    if (dimension === null || this.priceVersions.size >= PRICES_MAX) return;
    const { provider, model, serviceTier, region } = dimension;
    if (provider === null) return;
    const { list, contract } = this.book.find({ provider, model, serviceTier, region, at });
    for (const price of [list, contract]) if (price) this.priceVersions.set(price.priceVersionId, price);
  }

  private isOwnVersion(policyVersion: number | null): boolean {
    return this.line.policyVersion === policyVersion;
  }

  private take(): readonly Charge[] {
    const { own } = this;
    this.own = [];
    return own;
  }
}

function setAsideOf({ amounts, charges }: AllocationStep): SetAside {
  return { by: 'idle', ...amounts, instanceNanos: charges[0]?.quantity ?? 0n };
}

/** From the pool's cost to the phase's, idle's or team's part of it, and from there to the charges that are the line's. */
function splitsOf(step: AllocationStep, mine: readonly Charge[], { cost }: BilledPoolPeriod): SplitShare[] {
  const { share, amounts, charges, weights } = step;
  const splits = cost && share?.by !== 'unused' ? runningSplit(cost) : [];
  const from = splits.at(-1)?.part ?? cost?.effective ?? 0n;
  if (share) {
    const { by, name, weight, totalWeight, parts } = share;
    splits.push({ by, name, weight, totalWeight, parts, amount: from, part: amounts.effective });
  }
  if (charges.length > 1) {
    const own = new Set(mine);
    const weight = weights.reduce((sum, each, i) => sum + (own.has(charges[i] as Charge) ? each : 0n), 0n);
    const totalWeight = weights.reduce((sum, each) => sum + each, 0n);
    const part = mine.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
    splits.push({ by: 'usage', name: null, weight, totalWeight, parts: mine.length, amount: amounts.effective, part });
  }
  return splits;
}

/** What is left of a cost for instances that ran, where some was bought for a term and stood unused; else nothing. */
function runningSplit(cost: PoolPeriodCost): SplitShare[] {
  if (!cost.unused) return [];
  const part = runningCost(cost)?.effective ?? 0n;
  const { effective } = cost;
  return [{ by: 'running', name: null, amount: effective, weight: part, totalWeight: effective, parts: 1, part }];
}

/** Null where the price follows the volume, the amount is no whole number of picos times the quantity, or there is no quantity to divide by. */
function unitPriceOf({ quantity, effective, list, terms }: Charge): ExplainedCharge['unitPrice'] {
  if (terms?.meter || effective === null || quantity === 0n || effective % quantity !== 0n) return null;
  return { effective: effective / quantity, list: list !== null && list % quantity === 0n ? list / quantity : null };
}

/** A price that holds and has no amount is one that no rate of exchange converts. */
function whyUnpriced({ effective, origin }: Charge): Unexplained | null {
  if (effective !== null) return null;
  return origin.priceVersionId === null ? 'no_price' : 'no_fx_rate';
}

function whyOf(period: Partial<BilledPoolPeriod>, effective: bigint | null, { kind }: LineFields): Unexplained | null {
  if (effective !== null && kind !== 'unattributed') return null;
  if (!period.cost) return 'no_cost';
  if (!period.policy) return 'no_policy';
  return period.policy.attribution === null ? 'no_basis_price' : null;
}
