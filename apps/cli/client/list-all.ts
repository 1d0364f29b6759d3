import { z } from 'zod';
import type { ApiClient, Query } from './api-client.js';

const PAGE_ITEMS = 500;

/** Every item of a list, page by page; at most `atMost` of them. */
export async function listAll<T>(
  client: ApiClient,
  path: string,
  item: z.ZodType<T>,
  query: Query = {},
  atMost = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const page = z.object({ data: z.array(item), nextCursor: z.string().nullable() });
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE_ITEMS, atMost - items.length);
    const { data, nextCursor } = await client.get(path, page, { ...query, limit, cursor });
    items.push(...data);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < atMost);
  return items;
}
