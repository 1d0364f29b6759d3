/**
 * A pseudo-random number generator (mulberry32): the same seed gives the same numbers on every machine, for it computes
 * with 32-bit integers alone.
 */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /**
   * A whole number around `typical` with a long tail to the right, as prompt and answer lengths have: most are smaller, a
   * few several times as large. Products of uniform numbers, because logarithms differ in their last digit by machine.
   */
  skewed(typical: number): number {
    const factor = 0.3 + 1.4 * this.next() * this.next() + 3 * this.next() * this.next() * this.next() * this.next();
    return Math.round(typical * factor);
  }

  /** `expected` as a whole number: up or down so that the mean is right. */
  round(expected: number): number {
    const whole = Math.floor(expected);
    return whole + (this.next() < expected - whole ? 1 : 0);
  }
}
