import { CHARGE_PERIOD_MS, type EpochMs } from '#calendar';
import type { MeteredUsageReader, ReadUsageInput, UnitUsageReader, UsageBlockReader } from '#metering';
import { groupBy } from '#money';
import {
  assembleDraft,
  BillColumns,
  type BillInputs,
  BillSums,
  BillUsage,
  type Deferred,
  type DraftStatements,
  type MonthReconciliation,
  type PoolSums,
} from '../domain/index.js';
import { usageByPeriod } from './usage-by-period.js';

export interface BilledPeriod {
  readonly draft: DraftStatements;
  readonly pools: readonly PoolSums[];
  readonly reconciliation: MonthReconciliation;
}

export const DRAFT_PERIOD = Symbol('DraftPeriod');

/**
 * Drafts a billing period's own lines from its buckets. The same inputs give the same draft; nothing is stored. Its usage is
 * read more than once, so it is always read at one moment.
 */
export class DraftPeriod {
  constructor(
    private readonly blocks: UsageBlockReader,
    private readonly usage: MeteredUsageReader,
    private readonly units: UnitUsageReader,
  ) {}

  /** `snapshot`: the moment of metered usage to see, of `UsageSnapshots`. */
  async draftOf(inputs: BillInputs, snapshot: string): Promise<DraftStatements> {
    return (await this.bill(inputs, snapshot)).draft;
  }

  /** The draft, and what its pools cost and gave. `snapshot` as above. */
  async bill(inputs: BillInputs, snapshot: string): Promise<BilledPeriod> {
    const sums = new BillSums(inputs.account.platformTeam);
    await this.fold(inputs, sums, snapshot);
    const draft = assembleDraft(inputs, sums);
    return { draft, pools: sums.pools(), reconciliation: sums.reconciliation };
  }

  /** Folds all charges of the period into sums; nothing is settled yet. `snapshot` as above. */
  async fold(inputs: BillInputs, sums: BillSums, snapshot: string): Promise<void> {
    const { account, period } = inputs;
    const plain = new BillUsage(inputs, sums);
    const columns = new BillColumns(inputs, sums, plain);
    const { accountId } = account;
    const interval = { accountId, start: period.start, end: period.end, snapshot };
    for await (const block of this.blocks.read(interval)) columns.billBlock(block);
    columns.flush();
    for (const run of runsOf(columns.deferred)) await this.billDeferred(run, { accountId, snapshot }, plain);
    for await (const counted of this.units.read(interval)) plain.billUnits(counted);
    plain.billUnused();
  }

  private async billDeferred(
    { start, end, pools }: Run,
    of: Pick<ReadUsageInput, 'accountId' | 'snapshot'>,
    plain: BillUsage,
  ): Promise<void> {
    const input: ReadUsageInput = { ...of, start, end, origin: 'buckets' };
    for await (const { chargePeriod, usage } of usageByPeriod(this.usage, input)) {
      const byParty = groupBy(usage, ({ dimension }) => JSON.stringify(dimension.pool));
      for (const pool of pools.get(chargePeriod) ?? []) {
        const rows = byParty.get(JSON.stringify(pool)) ?? [];
        if (pool === null) plain.billRated(rows);
        else plain.billPool(pool, chargePeriod, rows);
      }
    }
  }
}

/** Charge periods without a gap, and who in each was deferred (null: what is rated). */
interface Run {
  readonly start: EpochMs;
  end: EpochMs;
  readonly pools: Map<EpochMs, (string | null)[]>;
}

function runsOf(deferred: readonly Deferred[]): Run[] {
  const runs: Run[] = [];
  for (const { chargePeriod, pool } of deferred) {
    const last = runs.at(-1);
    const run = last && chargePeriod <= last.end ? last : runFrom(chargePeriod);
    if (run !== last) runs.push(run);
    run.end = chargePeriod + CHARGE_PERIOD_MS;
    const pools = run.pools.get(chargePeriod);
    if (pools) pools.push(pool);
    else run.pools.set(chargePeriod, [pool]);
  }
  return runs;
}

function runFrom(chargePeriod: EpochMs): Run {
  return { start: chargePeriod, end: chargePeriod, pools: new Map() };
}
