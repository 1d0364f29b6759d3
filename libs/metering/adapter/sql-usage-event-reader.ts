import { hash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { readingAt } from '#platform';
import { TOKEN_CLASSES, type TokenCounts, USAGE_UNITS } from '#token';
import type { EventPart, KeyedDimension, MeteredEvent } from '../domain/index.js';
import type { DimensionReader } from '../service/dimension-reader.js';
import type { ReadEventsInput, UsageEventReader } from '../service/usage-event-reader.js';
import { type EventRow, selectEvents } from './event-query.js';

const HASH_DIGITS = 32;
const FIND_DIMENSIONS = `
  select dimension_id as id, dimension_key as key from usage_dimension
  where account_id = $1 and dimension_hash = any($2::uuid[])`;

/** Reads one page of events at one moment. */
export class SqlUsageEventReader implements UsageEventReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly dimensions: DimensionReader,
  ) {}

  async read(input: ReadEventsInput): Promise<readonly MeteredEvent[]> {
    const rows = await readingAt(this.dataSource, input.snapshot, async ({ manager }) => {
      const [text, values] = selectEvents(input, await numbersOf(manager, input));
      return manager.query<EventRow[]>(text, values);
    });
    const ids = rows.flatMap(({ dimensionId, extras }) => [
      dimensionId,
      ...(extras?.parts ?? []).map(({ dimension }) => dimension),
    ]);
    const dimensions = await this.dimensions.find(input.accountId, new Set(ids));
    return rows.map((row) => fromRow(row, dimensions));
  }
}

/** The numbers of the buckets' dimensions by their keys. */
async function numbersOf(manager: EntityManager, { accountId, buckets }: ReadEventsInput) {
  const keys = [...new Set(buckets.map(({ dimensionKey }) => dimensionKey))];
  const hashes = keys.map((key) => hash('sha256', key, 'hex').slice(0, HASH_DIGITS));
  const found = await manager.query<{ id: number; key: string }[]>(FIND_DIMENSIONS, [accountId, hashes]);
  return new Map(found.map(({ id, key }) => [key, id]));
}

function fromRow(row: EventRow, dimensions: ReadonlyMap<number, KeyedDimension>): MeteredEvent {
  const { source, id, identity, occurredMicros, receivedMs, dimensionId, tokens, tags, extras } = row;
  const dimensionOf = (number: number) => {
    const found = dimensions.get(number);
    if (!found) throw new Error(`an event refers to the dimension ${number.toString()}, which is not there`);
    return found.dimension;
  };
  return {
    ...{ source, id, identity, tags },
    occurredAt: Number(occurredMicros),
    receivedAt: Number(receivedMs),
    dimension: dimensionOf(dimensionId),
    tokens: countsOf(tokens),
    parts: (extras?.parts ?? []).flatMap((part): EventPart[] => {
      const { modality } = dimensionOf(part.dimension);
      return modality === null ? [] : [{ modality, tokens: countsOf(part.tokens) }];
    }),
    units: Object.fromEntries(
      USAGE_UNITS.flatMap((unit) => {
        const quantity = extras?.units[unit];
        return quantity === undefined ? [] : [[unit, BigInt(quantity)]];
      }),
    ),
    inferenceMicros: wholeOrNull(row.inferenceMicros),
    prefillMicros: wholeOrNull(row.prefillMicros),
    decodeMicros: wholeOrNull(row.decodeMicros),
  };
}

function countsOf(byClass: readonly (string | number)[]): TokenCounts {
  const [inputUncached = 0n, cacheRead = 0n, cacheWrite5m = 0n, cacheWrite1h = 0n, output = 0n, reasoning = 0n] =
    TOKEN_CLASSES.map((_, i) => BigInt(byClass[i] ?? 0));
  return { inputUncached, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
}

function wholeOrNull(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}
