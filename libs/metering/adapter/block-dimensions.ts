import type { KeyedDimension, UsageBlock } from '../domain/index.js';
import type { DimensionReader } from '../service/dimension-reader.js';
import type { RawBlock } from './block-builder.js';

/** Numbers dimensions in the order in which blocks first name them, and brings each with the block that does. */
export class BlockDimensions {
  /** Place in the list of all that were brought, by the database's number. */
  private readonly places = new Map<number, number>();

  constructor(
    private readonly reader: DimensionReader,
    private readonly accountId: number,
  ) {}

  async number({ rows, chargePeriods, dimensionIds, measures }: RawBlock): Promise<UsageBlock> {
    const unknown = new Set<number>();
    for (const id of dimensionIds) if (!this.places.has(id)) unknown.add(id);
    const added = unknown.size === 0 ? [] : await this.bring(unknown);
    const dimensions = new Int32Array(rows);
    for (let row = 0; row < rows; row++) dimensions[row] = this.places.get(dimensionIds[row] ?? 0) ?? -1;
    return { rows, chargePeriods, dimensions, measures, added };
  }

  private async bring(ids: ReadonlySet<number>): Promise<KeyedDimension[]> {
    const found = await this.reader.find(this.accountId, ids);
    return [...ids].map((id) => {
      const keyed = found.get(id);
      if (!keyed) throw new Error(`a bucket names the dimension ${id}, which is not there`);
      this.places.set(id, this.places.size);
      return keyed;
    });
  }
}
