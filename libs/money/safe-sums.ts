/** A cell's lower part stays below it. */
const CARRY = 2 ** 52;
const CARRY_BITS = 52n;

/**
 * Many running sums of safe integers, exact however long they run: each is kept as high·2^52 + low in two doubles. For
 * hot loops, where a bigint per addition would be most of the cost; sums leave as bigints.
 */
export class SafeSums {
  private low = new Float64Array(256);
  private high = new Float64Array(256);

  /** Adds an integer in [0, 2^52]. Cells that were never added to are zero. */
  add(cell: number, value: number): void {
    if (cell >= this.low.length) this.grow(cell);
    // Both are at most 2^52, so their sum is exact.
    const sum = (this.low[cell] ?? 0) + value;
    if (sum < CARRY) this.low[cell] = sum;
    else {
      this.low[cell] = sum - CARRY;
      this.high[cell] = (this.high[cell] ?? 0) + 1;
    }
  }

  total(cell: number): bigint {
    return (BigInt(this.high[cell] ?? 0) << CARRY_BITS) + BigInt(this.low[cell] ?? 0);
  }

  private grow(cell: number): void {
    const length = Math.max(cell + 1, this.low.length * 2);
    const [low, high] = [new Float64Array(length), new Float64Array(length)];
    low.set(this.low);
    high.set(this.high);
    this.low = low;
    this.high = high;
  }
}
