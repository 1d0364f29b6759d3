import type { EpochMs } from '#calendar';

/** Something that stands from an instant to another, or goes on (null). */
export interface Stands {
  readonly validFrom: EpochMs;
  /** Exclusive. */
  readonly validTo: EpochMs | null;
}

/** Says which of many things stand, time after time, without looking at those that are over or yet to come. */
export class Standing<T extends Stands> {
  private readonly rankOf: ReadonlyMap<T, number>;
  /** By when they begin. */
  private readonly coming: readonly T[];
  private next = 0;
  private now: T[] = [];

  constructor(inOrder: readonly T[]) {
    this.rankOf = new Map(inOrder.map((item, rank) => [item, rank]));
    this.coming = [...inOrder].sort((a, b) => a.validFrom - b.validFrom);
  }

  /** Those that stand at an instant, in their order. Instants must be asked for in theirs. */
  at(instant: EpochMs): readonly T[] {
    const left = this.now.filter((item) => standsAt(item, instant));
    const before = this.next;
    for (let item = this.coming[this.next]; item && item.validFrom <= instant; item = this.coming[this.next]) {
      if (standsAt(item, instant)) left.push(item);
      this.next += 1;
    }
    if (this.next > before) left.sort((a, b) => (this.rankOf.get(a) ?? 0) - (this.rankOf.get(b) ?? 0));
    this.now = left;
    return left;
  }
}

function standsAt({ validTo }: Stands, instant: EpochMs): boolean {
  return validTo === null || validTo > instant;
}
