import type { EpochMs } from '#calendar';

/** What a group of cells stands for, and until when a slot's usage goes to it. */
export interface Resolved<T> {
  readonly key: string;
  readonly group: T;
  /** Exclusive. */
  readonly until: EpochMs;
}

/**
 * Finds the group of cells in which a dimension's usage is summed, by number. A group changes only when the policy, the
 * price or the cost centre does, so that finding it again is two comparisons of numbers. Charge periods must not go back.
 */
export class CellGroups<T> {
  readonly list: T[] = [];
  private readonly numbers = new Map<string, number>();
  private slotGroups = new Int32Array(64);
  private slotVersions = new Int32Array(64).fill(-1);
  private slotUntil = new Float64Array(64);

  /** The group of a slot at a time; `resolve` is asked when `version` (>= 0) is not that of the last time. */
  find(slot: number, version: number, at: EpochMs, resolve: () => Resolved<T>): number {
    if (this.slotVersions[slot] === version && at < (this.slotUntil[slot] ?? 0)) return this.slotGroups[slot] ?? 0;
    const { key, group, until } = resolve();
    const number = this.numberOf(key, group);
    this.reserve(slot);
    this.slotGroups[slot] = number;
    this.slotVersions[slot] = version;
    this.slotUntil[slot] = until;
    return number;
  }

  private numberOf(key: string, group: T): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.list.length);
    return this.list.push(group) - 1;
  }

  private reserve(slot: number): void {
    const { length } = this.slotGroups;
    if (slot < length) return;
    const [groups, versions, until] = [this.slotGroups, this.slotVersions, this.slotUntil];
    const size = Math.max(slot + 1, length * 2);
    this.slotGroups = new Int32Array(size);
    this.slotVersions = new Int32Array(size).fill(-1);
    this.slotUntil = new Float64Array(size);
    this.slotGroups.set(groups);
    this.slotVersions.set(versions);
    this.slotUntil.set(until);
  }
}
