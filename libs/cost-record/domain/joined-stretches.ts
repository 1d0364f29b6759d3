import type { EpochMs } from '#calendar';

/** So many instances of something, scaled by 10^6, from an instant to another. */
export interface CountedStretch<T> {
  readonly of: T;
  readonly instanceMicros: bigint;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * Joins neighbouring stretches of the same thing in which its count is the same: what changes beside it does not cut it. They must
 * come in the order of time.
 */
export class JoinedStretches<T> {
  private readonly open = new Map<T, CountedStretch<T>>();
  private readonly closed: CountedStretch<T>[] = [];

  add(of: T, instanceMicros: bigint, from: EpochMs, to: EpochMs): void {
    const last = this.open.get(of);
    const isNext = last?.to === from && last.instanceMicros === instanceMicros;
    if (last && !isNext) this.closed.push(last);
    this.open.set(of, { of, instanceMicros, from: isNext ? last.from : from, to });
  }

  list(): readonly CountedStretch<T>[] {
    return [...this.closed, ...this.open.values()];
  }
}
