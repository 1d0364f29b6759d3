import { USAGE_MEASURES } from '../domain/index.js';

const STRIDE = USAGE_MEASURES.count;
/** Large enough that the cost of a block is nothing, small enough that it stays in a processor's cache. */
const FULL_ROWS = 4096;

/** Rows as they were read: with the database's numbers for dimensions. */
export interface RawBlock {
  readonly rows: number;
  readonly chargePeriods: Float64Array;
  readonly dimensionIds: Int32Array;
  readonly measures: Float64Array;
}

/** Collects rows to blocks that end where a charge period does. */
export class BlockBuilder {
  private rows = 0;
  private measured = 0;
  /** The first row of the last charge period, which may go on. */
  private lastPeriodFrom = 0;
  private chargePeriods = new Float64Array(FULL_ROWS * 2);
  private dimensionIds = new Int32Array(FULL_ROWS * 2);
  private measures = new Float64Array(FULL_ROWS * 2 * STRIDE);

  /** Starts a row; its measures follow. */
  add(chargePeriod: number, dimensionId: number): void {
    if (this.rows === this.chargePeriods.length) this.grow();
    if (this.rows > 0 && this.chargePeriods[this.rows - 1] !== chargePeriod) this.lastPeriodFrom = this.rows;
    this.chargePeriods[this.rows] = chargePeriod;
    this.dimensionIds[this.rows] = dimensionId;
    this.rows += 1;
  }

  addMeasure(value: number): void {
    this.measures[this.measured] = value;
    this.measured += 1;
  }

  /** Whether there is a block's worth of whole charge periods. */
  get isFull(): boolean {
    return this.lastPeriodFrom >= FULL_ROWS;
  }

  takeWholePeriods(): RawBlock {
    return this.take(this.lastPeriodFrom);
  }

  takeAll(): RawBlock {
    return this.take(this.rows);
  }

  /** The first rows, copied out; the others stay, as the first. */
  private take(rows: number): RawBlock {
    const block = {
      rows,
      chargePeriods: this.chargePeriods.slice(0, rows),
      dimensionIds: this.dimensionIds.slice(0, rows),
      measures: this.measures.slice(0, rows * STRIDE),
    };
    this.chargePeriods.copyWithin(0, rows, this.rows);
    this.dimensionIds.copyWithin(0, rows, this.rows);
    this.measures.copyWithin(0, rows * STRIDE, this.rows * STRIDE);
    this.rows -= rows;
    this.measured -= rows * STRIDE;
    this.lastPeriodFrom = 0;
    return block;
  }

  private grow(): void {
    const [periods, ids, measures] = [this.chargePeriods, this.dimensionIds, this.measures];
    this.chargePeriods = new Float64Array(periods.length * 2);
    this.dimensionIds = new Int32Array(ids.length * 2);
    this.measures = new Float64Array(measures.length * 2);
    this.chargePeriods.set(periods);
    this.dimensionIds.set(ids);
    this.measures.set(measures);
  }
}
