import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { QuotaHouse } from '../service/quota-house.js';

const PURGE_RESERVATIONS = `
  delete from quota_reservation r using (
    select account_id, reservation_id from quota_reservation q
    where ended_at < $1
      -- What it was settled with counts as long as its windows do.
      and (amounts is null or not exists (
        select from jsonb_array_elements(q.shares) s join quota_count c on c.account_id = q.account_id
          and c.series_id = (s->>0)::bigint and c.subject = s->>1 and c.window_start = (s->>2)::timestamptz
        where c.window_end > $1))
    order by ended_at limit $2
  ) d
  where r.account_id = d.account_id and r.reservation_id = d.reservation_id`;

const PURGE_COUNTS = `
  delete from quota_count c using (
    select account_id, series_id, subject, window_start from quota_count
    where window_end < $1 and window_end - window_start < interval '23 hours' and window_start > to_timestamp(0)
      and held = 0 and settled = 0
    limit $2
  ) d
  where c.account_id = d.account_id and c.series_id = d.series_id and c.subject = d.subject
    and c.window_start = d.window_start`;

const TAKE_TURN = `
  insert into quota_turn (account_id, work, taken_at) values ($1, $2, $3)
  on conflict (account_id, work) do update set taken_at = excluded.taken_at where quota_turn.taken_at < $4
  returning 1`;

export class SqlQuotaHouse implements QuotaHouse {
  constructor(private readonly dataSource: DataSource) {}

  async purge(endedBefore: EpochMs, limit: number): Promise<number> {
    const before = formatInstant(endedBefore);
    const [, reservations] = await this.dataSource.query<[unknown, number]>(PURGE_RESERVATIONS, [before, limit]);
    const [, counts] = await this.dataSource.query<[unknown, number]>(PURGE_COUNTS, [before, limit]);
    return Math.max(reservations, counts);
  }

  async takeTurn(accountId: number, work: string, at: EpochMs, since: EpochMs): Promise<boolean> {
    const taken = await this.dataSource.query<unknown[]>(TAKE_TURN, [
      accountId,
      work,
      formatInstant(at),
      formatInstant(since),
    ]);
    return taken.length > 0;
  }
}
