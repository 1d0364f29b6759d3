import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import type { CountName } from '../../domain/index.js';
import type { ToldCount } from './redis-counts.js';

/** Of what is not there: it counts nothing, and whatever comes of it is later. */
const NO_REVISION = -1;

const READ = `
  select c.revision, (c.used + c.settled)::text as usage
  from unnest($2::bigint[], $3::text[], $4::timestamptz[]) with ordinality n (series_id, subject, window_start, place)
  left join quota_count c on c.account_id = $1
    and c.series_id = n.series_id and c.subject = n.subject and c.window_start = n.window_start
  order by n.place`;

export interface ReadCount extends ToldCount {
  readonly exists: boolean;
}

/** The usage of counts of one account as Postgres knows it, in their order; nothing for those that are not there. */
export async function readUsage(
  dataSource: DataSource,
  accountId: number,
  counts: readonly CountName[],
): Promise<readonly ReadCount[]> {
  const rows = await dataSource.query<{ revision: string | null; usage: string | null }[]>(READ, [
    accountId,
    counts.map(({ seriesId }) => seriesId),
    counts.map(({ subject }) => subject),
    counts.map(({ start }) => formatInstant(start)),
  ]);
  return counts.map((count, i) => ({
    ...count,
    exists: rows[i]?.revision !== null,
    revision: Number(rows[i]?.revision ?? NO_REVISION),
    usage: BigInt(rows[i]?.usage ?? 0),
  }));
}
