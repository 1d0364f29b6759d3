import { SafeSums } from '#money';
import type { PhaseLeaves } from './phase-leaves.js';

/** The summed amounts of cells, exact, at both prices. */
export class AmountCells {
  private readonly effective = new SafeSums();
  private readonly list = new SafeSums();
  /** How often the list price of a cell's charge was not known. */
  private readonly unknownLists = new SafeSums();

  addEffective(leaves: PhaseLeaves, parts: Float64Array): void {
    addParts(this.effective, leaves, parts);
  }

  addList(leaves: PhaseLeaves, parts: Float64Array): void {
    addParts(this.list, leaves, parts);
  }

  addUnknownList({ cells, count }: PhaseLeaves): void {
    for (let leaf = 0; leaf < count; leaf++) this.unknownLists.add(cells[leaf] ?? 0, 1);
  }

  effectiveOf(cell: number): bigint {
    return this.effective.total(cell);
  }

  listOf(cell: number): bigint | null {
    return this.unknownLists.total(cell) > 0n ? null : this.list.total(cell);
  }
}

function addParts(sums: SafeSums, { cells, count }: PhaseLeaves, parts: Float64Array): void {
  for (let leaf = 0; leaf < count; leaf++) sums.add(cells[leaf] ?? 0, parts[leaf] ?? 0);
}
