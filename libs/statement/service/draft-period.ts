import { CHARGE_PERIOD_MS, type EpochMs } from '#calendar';
import type { MeteredUsageReader, ReadUsageInput, UnitUsageReader, UsageBlockReader } from '#metering';
import { groupBy } from '#money';
import {
  BillColumns,
  type BilledPart,
  type BillInputs,
  BillSums,
  BillUsage,
  type Deferred,
  type DraftStatements,
  draftFromLines,
  inOrder,
  inputsOfPart,
  type MonthPart,
  type MonthReconciliation,
  type PoolSums,
  partsOf,
  SettleParts,
  type StatementLine,
} from '../domain/index.js';
import { usageByPeriod } from './usage-by-period.js';

export interface BilledPeriod {
  readonly draft: DraftStatements;
  readonly pools: readonly PoolSums[];
  readonly reconciliation: MonthReconciliation;
}

export interface BillPartsInput {
  readonly take: (billed: BilledPart, part: MonthPart) => Promise<void>;
  /** Pools that must be in a part, whether anything is known of them or not. */
  readonly pools?: readonly (string | null)[];
}

/** Parts of so many hold some ten thousand lines at most, unless a pool alone has more. */
const PART_SIZE = 10_000;

export const DRAFT_PERIOD = Symbol('DraftPeriod');

/**
 * Drafts a billing period's own lines from its buckets. The same inputs give the same draft; nothing is stored. Its usage is
 * read more than once, so it is always read at one moment.
 */
export class DraftPeriod {
  /** `partSize`: about how many dimensions and charge periods of pools a part holds at most; see `partsOf`. */
  constructor(
    private readonly blocks: UsageBlockReader,
    private readonly usage: MeteredUsageReader,
    private readonly units: UnitUsageReader,
    private readonly partSize = PART_SIZE,
  ) {}

  /** `snapshot`: the moment of metered usage to see, of `UsageSnapshots`. */
  async draftOf(inputs: BillInputs, snapshot: string): Promise<DraftStatements> {
    return (await this.bill(inputs, snapshot)).draft;
  }

  /** The draft, and what its pools cost and gave. `snapshot` as above. */
  async bill(inputs: BillInputs, snapshot: string): Promise<BilledPeriod> {
    const [lines, pools]: [StatementLine[], PoolSums[]] = [[], []];
    const take = async (part: BilledPart) => {
      for (const line of part.lines) lines.push(line);
      pools.push(...part.pools);
    };
    const reconciliation = await this.billParts(inputs, snapshot, { take });
    return { draft: draftFromLines(inputs, inOrder(lines), pools), pools, reconciliation };
  }

  /**
   * Bills the period part by part: `take` is given the lines of each, and only one part is in memory at a time. Parts that
   * wait for what the whole month comes to are billed twice, but for the last of them. `snapshot` as above.
   */
  async billParts(
    inputs: BillInputs,
    snapshot: string,
    { take, pools = [] }: BillPartsInput,
  ): Promise<MonthReconciliation> {
    const parts = partsOf(inputs, await this.blocks.sizes(inputs.account.accountId), this.partSize, pools);
    const settling = new SettleParts(inputs, parts);
    const waiting: MonthPart[] = [];
    const isWhole = parts.length === 1;
    for (const part of parts) {
      const sums = await this.foldPart(inputs, part, snapshot, isWhole);
      settling.settle(sums, part);
      if (!part.waits || part === parts.at(-1)) await take(settling.finish(sums, part), part);
      else waiting.push(part);
    }
    for (const part of waiting) {
      const sums = await this.foldPart(inputs, part, snapshot, isWhole);
      settling.settleAgain(sums, part);
      await take(settling.finish(sums, part), part);
    }
    return settling.reconciliation();
  }

  /** `isWhole`: there are no other parts. To look for pools in a month that is read whole takes longer than all else of it. */
  private async foldPart(inputs: BillInputs, part: MonthPart, snapshot: string, isWhole: boolean): Promise<BillSums> {
    const sums = new BillSums(inputs.account.platformTeam);
    await this.fold(inputsOfPart(inputs, part), sums, snapshot, isWhole ? undefined : part.pools);
    return sums;
  }

  /** Folds all charges of the period, or of usage on some pools (null: on none), into sums; nothing is settled yet. `snapshot` as above. */
  async fold(inputs: BillInputs, sums: BillSums, snapshot: string, pools?: readonly (string | null)[]): Promise<void> {
    const { account, period } = inputs;
    const plain = new BillUsage(inputs, sums);
    const columns = new BillColumns(inputs, sums, plain);
    const { accountId } = account;
    const interval = { accountId, start: period.start, end: period.end, snapshot, pools };
    for await (const block of this.blocks.read(interval)) columns.billBlock(block);
    columns.flush();
    for (const run of runsOf(columns.deferred)) await this.billDeferred(run, { accountId, snapshot, pools }, plain);
    for await (const counted of this.units.read(interval)) plain.billUnits(counted);
    plain.billUnused();
  }

  private async billDeferred(
    { start, end, pools }: Run,
    of: Pick<ReadUsageInput, 'accountId' | 'snapshot' | 'pools'>,
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
