import {
  type Amounts,
  type AppliedPolicy,
  type AttributionBasis,
  appliedPolicyAt,
  attributionBasis,
  dividePeriod,
  hasIdle,
  splitsOverTeams,
} from '#allocation/domain';
import type { EpochMs } from '#calendar';
import { type PoolPeriod, type PoolPeriodCost, runningCost } from '#cost-record/domain';
import { type KeyedDimension, TOKEN_MEASURES, USAGE_MEASURES, type UsageBlock } from '#metering/domain';
import { SAFE_SPLIT_LIMIT, SafeSplitter } from '#money';
import type { BilledPool, BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { AmountCells } from './amount-cells.js';
import { CellGroups, type Resolved } from './cell-groups.js';
import { flushGroup, type PoolGroup } from './flush-group.js';
import { CELLS_PER_GROUP, PhaseLeaves } from './phase-leaves.js';
import { poolUseOf, totalMeasures, UsageCells } from './usage-cells.js';

/** A policy, ready to split by. */
interface Rule {
  readonly policyVersion: number;
  readonly basis: AttributionBasis;
  readonly phases: readonly PhaseLeaves[];
}

/** Stands for the policy of usage that is not priced. Versions of policies start at 1. */
const UNPRICED = 0;
const LIMIT = BigInt(SAFE_SPLIT_LIMIT);

/**
 * Attributes one pool's cost, block by block: what `allocatePool` does, to the pico, with sums in cells instead of charges.
 * Division, weights and splits are the same rules; only the arithmetic of the splits is in doubles, as far as these are
 * exact.
 */
export class PoolColumns {
  private readonly groups = new CellGroups<PoolGroup>();
  private readonly usage = new UsageCells();
  private readonly amounts = new AmountCells();
  private readonly splitter = new SafeSplitter();
  private readonly rules = new Map<string, Rule>();
  private readonly totals = new Float64Array(USAGE_MEASURES.count);
  private rowGroups = new Int32Array(64);

  constructor(
    private readonly billed: BilledPool,
    private readonly inputs: Pick<BillInputs, 'book' | 'owners' | 'facetOf'>,
    private readonly dimensions: readonly KeyedDimension[],
    private readonly sums: BillSums,
  ) {}

  /** Bills all of the pool's rows of one charge period; false, having billed none, when doubles may not hold them. */
  bill(chargePeriod: EpochMs, block: UsageBlock, rows: readonly number[]): boolean {
    if (!totalMeasures(block, rows, this.totals)) return false;
    const cost = this.billed.costs.get(chargePeriod);
    const policy = appliedPolicyAt(this.billed.policies, chargePeriod, this.inputs.book);
    const rule = cost && policy && this.ruleOf(policy);
    const running = cost && runningCost(cost);
    if (cost && !(rule && running)) return false;
    this.findGroups(chargePeriod, block, rows, rule);
    if (cost && rule && running && !this.allocate({ cost, running }, rule, block, rows)) return false;
    rows.forEach((row, i) => this.usage.add(this.rowGroups[i] ?? 0, block, row));
    const untimed = this.totals[USAGE_MEASURES.untimedRequests] ?? 0;
    if (untimed > 0) this.sums.addUntimed(this.billed.pool, BigInt(untimed));
    return true;
  }

  flush(): void {
    this.groups.list.forEach((group, number) => {
      flushGroup(group, number, { usage: this.usage, amounts: this.amounts, sums: this.sums });
    });
  }

  private allocate(
    { cost, running }: { readonly cost: PoolPeriod; readonly running: PoolPeriodCost },
    { basis, phases, policyVersion }: Rule,
    block: UsageBlock,
    rows: readonly number[],
  ): boolean {
    for (const leaves of phases) if (!leaves.fill(block, rows, this.rowGroups)) return false;
    const weights = phases.map(({ sum }) => BigInt(sum));
    const division = dividePeriod(basis, running, poolUseOf(this.totals), weights);
    if (!division.phases.every(isSafe)) return false;
    phases.forEach((leaves, i) => this.split(leaves, division.phases[i] ?? null, running, block));
    const { idle, idleInstanceNanos: instanceNanos, usedInstanceNanos } = division;
    const { pool } = this.billed;
    if (hasIdle(division)) this.sums.addIdle({ pool, policyVersion, ...idle, instanceNanos });
    const { unused } = cost;
    if (unused) this.sums.addIdle({ pool, policyVersion, ...unused, instanceNanos: unused.instanceMicroMs });
    this.sums.addPoolPeriod(cost, usedInstanceNanos);
    return true;
  }

  /** Splits a phase's cost over its leaves. Equal prices are split once, for equal splits are equal. */
  private split(leaves: PhaseLeaves, amounts: Amounts | null, cost: PoolPeriodCost, block: UsageBlock): void {
    if (cost.list === null) this.amounts.addUnknownList(leaves);
    if (amounts === null) return;
    const parts = this.splitAmount(amounts.effective, leaves, block);
    this.amounts.addEffective(leaves, parts);
    if (amounts.list === null) return;
    const listParts = amounts.list === amounts.effective ? parts : this.splitAmount(amounts.list, leaves, block);
    this.amounts.addList(leaves, listParts);
  }

  private splitAmount(
    amount: bigint,
    { weights, count, sum, rows, cells }: PhaseLeaves,
    block: UsageBlock,
  ): Float64Array {
    const keyOf = (leaf: number) => this.dimensions[block.dimensions[rows[leaf] ?? 0] ?? 0]?.dimensionKey ?? '';
    // Whole picos within `SAFE_SPLIT_LIMIT`, which a double holds exactly: `isSafe` was asked before.
    return this.splitter.split(Number(amount), weights, count, sum, (a, b) => {
      const [left, right] = [keyOf(a), keyOf(b)];
      if (left !== right) return left < right ? -1 : 1;
      return classNameOf(cells[a] ?? 0) < classNameOf(cells[b] ?? 0) ? -1 : 1;
    });
  }

  private findGroups(at: EpochMs, block: UsageBlock, rows: readonly number[], rule: Rule | undefined): void {
    if (rows.length > this.rowGroups.length) this.rowGroups = new Int32Array(rows.length * 2);
    const version = rule?.policyVersion ?? UNPRICED;
    rows.forEach((row, i) => {
      const dimension = block.dimensions[row] ?? 0;
      this.rowGroups[i] = this.groups.find(dimension, version, at, () => this.resolve(dimension, at, rule));
    });
  }

  private resolve(index: number, at: EpochMs, rule: Rule | undefined): Resolved<PoolGroup> {
    const keyed = this.dimensions[index];
    if (!keyed) throw new RangeError(`a block names dimension ${index.toString()} and does not bring it`);
    const { owners, facetOf } = this.inputs;
    const dimension = owners.ownerOf(keyed.dimension, at);
    const { team, project, model, provider, pool } = dimension;
    const { facet, until = Number.POSITIVE_INFINITY } = facetOf?.(dimension, at) ?? {};
    const costCenter = owners.costCenterOf(dimension, at);
    const unit = rule?.phases[0]?.unit ?? 'tokens';
    const group: PoolGroup = {
      ...{ team, costCenter, project, model, provider, pool },
      kind: rule === undefined ? 'unpriced' : owners.isKnownTeam(team) ? 'used' : 'unattributed',
      unit,
      modality: unit === 'tokens' ? dimension.modality : null,
      priceVersionId: null,
      policyVersion: rule?.policyVersion ?? null,
      ...(facet === undefined ? {} : { facet }),
    };
    return { key: JSON.stringify(group), group, until: Math.min(until, owners.ownerUntil(keyed.dimension, at)) };
  }

  /** Undefined when it is left to the plain way: the policy splits over teams, or its price is not known. */
  private ruleOf({ version: policyVersion, attribution }: AppliedPolicy): Rule | undefined {
    if (attribution === null || splitsOverTeams(attribution)) return undefined;
    // Under one policy the weights of a list price change with the price.
    const weights = attribution.basis === 'list_price' ? Object.values(attribution.weights) : [];
    const key = [policyVersion, ...weights].join(' ');
    const known = this.rules.get(key);
    if (known) return known;
    const basis = attributionBasis(attribution);
    const rule = { policyVersion, basis, phases: basis.phases.map((measure) => new PhaseLeaves(measure)) };
    this.rules.set(key, rule);
    return rule;
  }
}

function isSafe(amounts: Amounts | null): boolean {
  return amounts === null || (amounts.effective <= LIMIT && (amounts.list === null || amounts.list <= LIMIT));
}

/** The end of a leaf's key in `allocatePool`; empty for leaves without a class. */
function classNameOf(cell: number): string {
  return TOKEN_MEASURES[cell % CELLS_PER_GROUP]?.[0] ?? '';
}
