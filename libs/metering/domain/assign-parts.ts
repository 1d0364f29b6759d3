import type { UsageEvent } from '#ingest/domain';
import { dimensionKey } from './metered-usage.js';
import type { KeyedDimension } from './usage-block.js';

/**
 * Says under which dimensions the events' tokens of other modalities count: each under that of its event, but for the
 * modality. Adds those that are not in the list of dimensions to it.
 */
export function assignParts(
  events: readonly UsageEvent[],
  dimensions: KeyedDimension[],
  places: readonly number[],
): ReadonlyMap<number, readonly number[]> {
  const partPlaces = new Map<number, readonly number[]>();
  const known = new Map<string, number>();
  events.forEach(({ extras }, i) => {
    if (!extras || extras.parts.length === 0) return;
    const place = places[i] ?? 0;
    const own = extras.parts.map(({ modality }) => {
      const key = `${place} ${modality}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const text = dimensions[place]?.dimension;
      if (!text) throw new RangeError('an event has a dimension that is not in the list');
      const dimension = { ...text, modality };
      const added = dimensions.push({ dimensionKey: dimensionKey(dimension), dimension }) - 1;
      known.set(key, added);
      return added;
    });
    partPlaces.set(i, own);
  });
  return partPlaces;
}
