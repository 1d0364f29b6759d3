import type { EpochMs } from '#calendar';
import type { KeyedDimension, UsageBlock } from '#metering/domain';
import type { BilledPool, BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import type { BillUsage } from '../bill-usage.js';
import { PoolColumns } from './pool-columns.js';
import { RatedColumns } from './rated-columns.js';

/** Usage that must be billed the plain way: of one pool, or (null) all that is rated, in one charge period. */
export interface Deferred {
  readonly chargePeriod: EpochMs;
  readonly pool: string | null;
}

/** One party's rows of the charge period at hand. */
interface Party {
  readonly pool: string | null;
  readonly rows: number[];
  bill(chargePeriod: EpochMs, block: UsageBlock, rows: readonly number[]): boolean;
}

/**
 * Bills blocks of usage to the same sums as `BillUsage`, without an object or a bigint per row. What it cannot bill
 * exactly in doubles it defers, party and charge period, to the plain way: a pool that costs over $2,251 in a quarter of
 * an hour, counts beyond 2^52, a pool without a policy or with one that splits over teams, one of which nothing ran.
 */
export class BillColumns {
  readonly deferred: Deferred[] = [];
  private readonly dimensions: KeyedDimension[] = [];
  /** The party of each dimension. */
  private readonly parties: Party[] = [];
  private readonly pools = new Map<string, Party & { readonly columns: PoolColumns }>();
  private readonly rated: RatedColumns;
  private readonly ratedParty: Party;

  constructor(
    private readonly inputs: BillInputs,
    private readonly sums: BillSums,
    private readonly plain: BillUsage,
  ) {
    this.rated = new RatedColumns(inputs, this.dimensions);
    this.ratedParty = { pool: null, rows: [], bill: (at, block, rows) => this.rated.bill(at, block, rows) };
  }

  /** Bills a block. Blocks must come in the order of charge periods, and none may end within one. */
  billBlock(block: UsageBlock): void {
    for (const keyed of block.added) {
      this.dimensions.push(keyed);
      this.parties.push(this.partyOf(keyed));
    }
    const { chargePeriods, rows } = block;
    for (let from = 0; from < rows; ) {
      const chargePeriod = chargePeriods[from] ?? 0;
      let to = from + 1;
      while (to < rows && chargePeriods[to] === chargePeriod) to += 1;
      this.billPeriod(chargePeriod, block, from, to);
      from = to;
    }
  }

  /** Writes what was summed. Call it once, after the last block. */
  flush(): void {
    this.rated.flush(this.sums);
    for (const { columns } of this.pools.values()) columns.flush();
  }

  private billPeriod(chargePeriod: EpochMs, block: UsageBlock, from: number, to: number): void {
    const present: Party[] = [];
    for (let row = from; row < to; row++) {
      const party = this.parties[block.dimensions[row] ?? 0];
      if (!party) throw new RangeError('a block names a dimension that it does not bring');
      if (party.rows.length === 0) present.push(party);
      party.rows.push(row);
    }
    for (const party of present) {
      const { pool, rows } = party;
      if (party.bill(chargePeriod, block, rows)) {
        if (pool !== null) this.plain.markBilled(pool, chargePeriod);
      } else this.deferred.push({ chargePeriod, pool });
      rows.length = 0;
    }
  }

  private partyOf({ dimension: { pool } }: KeyedDimension): Party {
    if (pool === null) return this.ratedParty;
    const known = this.pools.get(pool);
    if (known) return known;
    const columns = new PoolColumns(this.billedPool(pool), this.inputs, this.dimensions, this.sums);
    const party = { pool, rows: [], columns, bill: columns.bill.bind(columns) };
    this.pools.set(pool, party);
    return party;
  }

  /** The pool, or one without policy and cost when nobody has set it up: its usage is unpriced. */
  private billedPool(pool: string): BilledPool {
    return (
      this.inputs.pools.find((candidate) => candidate.pool === pool) ?? {
        pool,
        policies: [],
        costs: new Map(),
        costRecords: [],
        purchases: [],
      }
    );
  }
}
