import type { MeteredEvent, MeteredUsage, ReadEventsInput, UsageEventReader } from '#metering';

/** The events of a world in memory, each with the bucket that it is in. */
export class MemoryEvents implements UsageEventReader {
  private readonly all: { readonly bucket: string; readonly event: MeteredEvent }[] = [];

  /** What one event adds to a bucket. */
  add({ chargePeriod, dimension, dimensionKey, tokens, units }: MeteredUsage): void {
    const number = this.all.length;
    const id = number.toString();
    // Several at one instant.
    const occurredAt = (chargePeriod + (number % 3)) * 1000;
    const known = { source: 'world', id, identity: id.padStart(9, '0'), occurredAt, receivedAt: chargePeriod };
    const untimed = { inferenceMicros: null, prefillMicros: null, decodeMicros: null };
    const event = { ...known, dimension, tokens, units, parts: [], tags: null, ...untimed };
    this.all.push({ bucket: bucketOf({ chargePeriod, dimensionKey }), event });
  }

  async read({ buckets, measure, after, limit }: ReadEventsInput): Promise<readonly MeteredEvent[]> {
    const named = new Set(buckets.map(bucketOf));
    return this.all
      .filter(({ bucket, event }) => named.has(bucket) && (!after || placeOf(event) > placeOf(after)))
      .map(({ event }) => event)
      .filter(({ tokens }) => measure.of !== 'tokens' || tokens[measure.tokenClass] > 0n)
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
      .slice(0, limit);
  }
}

function bucketOf({ chargePeriod, dimensionKey }: Pick<MeteredUsage, 'chargePeriod' | 'dimensionKey'>): string {
  return `${chargePeriod.toString()} ${dimensionKey}`;
}

function placeOf({ occurredAt, identity }: Pick<MeteredEvent, 'occurredAt' | 'identity'>): string {
  return `${occurredAt.toString().padStart(17, '0')} ${identity}`;
}
