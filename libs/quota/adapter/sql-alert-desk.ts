import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { Notification, NotificationOutbox } from '#notification';
import type { SlicedCount } from '../domain/index.js';
import type { AlertDesk, HeldAmount, UsedCount, WatchedSeries, WatchedSlices } from '../service/alert-desk.js';

const HISTORY_MAX = 30;
const PAGE = 2_000;
const SLICED_PAGE = 200;

const USED = `
  select c.series_id as "seriesId", c.subject, (extract(epoch from c.window_start) * 1000)::bigint as start,
    (c.used + c.settled)::text as used, c.carried::text as carried,
    case when $4 then array(
      select (h.used + h.settled)::text from quota_count h
      where h.account_id = c.account_id and h.series_id = c.series_id and h.subject = c.subject
        and h.window_start < c.window_start
      order by h.window_start desc limit ${HISTORY_MAX}) else '{}' end as history
  from quota_count c
  where c.account_id = $1 and c.series_id = $2 and c.window_end > $3 and c.used + c.settled >= $5
    and (c.subject, c.window_start) > ($6, $7::timestamptz)
  order by c.subject, c.window_start limit ${PAGE}`;

/**
 * A series has far more slices than are looked at, and the index has them by subject: so one subject after the other is found in it, and
 * of each the slices that matter. All subjects are given, the last of which says where the next page begins.
 */
const SLICES = `
  with recursive subjects as (
    (select subject from quota_count where account_id = $1 and series_id = $2 and (subject, window_start) > ($5, $6::timestamptz)
      order by subject, window_start limit 1)
    union all
    select (select c.subject from quota_count c where c.account_id = $1 and c.series_id = $2 and c.subject > s.subject
      order by c.subject limit 1)
    from subjects s where s.subject is not null
  )
  select subject, starts, amounts
  from (select subject from subjects where subject is not null limit ${SLICED_PAGE}) s
  left join lateral (
    select array_agg((extract(epoch from c.window_start) * 1000)::bigint) as starts, array_agg((c.used + c.settled)::text) as amounts
    from quota_count c
    where c.account_id = $1 and c.series_id = $2 and c.subject = s.subject and c.window_start >= $3
    having sum(c.used + c.settled) >= $4
  ) sliced on true`;

/** Reservations are in Postgres whichever store decides; what a count says is held is not. */
const HELD = `
  select share->>0 as "seriesId", share->>1 as subject, sum((share->>3)::numeric)::text as held
  from quota_reservation r cross join jsonb_array_elements(r.shares) share
  where r.account_id = $1 and r.state = 'active' and r.expires_at > $2 and share->>0 = any($3::text[])
  group by 1, 2`;

interface Row {
  readonly seriesId: string;
  readonly subject: string;
  readonly start: string;
  readonly used: string;
  readonly carried: string;
  readonly history: readonly string[];
}

interface SlicedRow {
  readonly subject: string;
  readonly starts: readonly string[] | null;
  readonly amounts: readonly string[] | null;
}

/** Reads the counts in Postgres, whichever store decides. */
export class SqlAlertDesk implements AlertDesk {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: NotificationOutbox,
  ) {}

  async *used(accountId: number, series: readonly WatchedSeries[]): AsyncGenerator<readonly UsedCount[]> {
    for (const of of series) yield* this.ofSeries(accountId, of);
  }

  private async *ofSeries(
    accountId: number,
    { seriesId, least, endAfter, withHistory }: WatchedSeries,
  ): AsyncGenerator<readonly UsedCount[]> {
    const parameters = [accountId, seriesId, formatInstant(endAfter), withHistory, (least || 1n).toString()];
    let last: UsedCount | undefined;
    do {
      const after = last ? [last.name.subject, formatInstant(last.name.start)] : ['', '-infinity'];
      const rows = await this.dataSource.query<Row[]>(USED, [...parameters, ...after]);
      const page = rows.map((row) => toUsedCount(accountId, row));
      if (page.length > 0) yield page;
      last = page.length < PAGE ? undefined : page.at(-1);
    } while (last);
  }

  async *slices(accountId: number, { seriesId, least, from }: WatchedSlices): AsyncGenerator<readonly SlicedCount[]> {
    const parameters = [accountId, seriesId, formatInstant(from), (least || 1n).toString()];
    let after: string | undefined;
    do {
      const beyond = after === undefined ? ['', '-infinity'] : [after, 'infinity'];
      const rows = await this.dataSource.query<SlicedRow[]>(SLICES, [...parameters, ...beyond]);
      const page = rows.flatMap(toSlicedCount);
      if (page.length > 0) yield page;
      after = rows.length < SLICED_PAGE ? undefined : rows.at(-1)?.subject;
    } while (after !== undefined);
  }

  async held(accountId: number, seriesIds: readonly string[], at: EpochMs): Promise<readonly HeldAmount[]> {
    const parameters = [accountId, formatInstant(at), seriesIds];
    const rows = await this.dataSource.query<(Omit<HeldAmount, 'held'> & { held: string })[]>(HELD, parameters);
    return rows.map((row) => ({ ...row, held: BigInt(row.held) }));
  }

  async tell(notifications: readonly Notification[]): Promise<void> {
    await this.dataSource.transaction((manager) => this.outbox.append(manager, notifications));
    this.outbox.wake();
  }
}

function toUsedCount(accountId: number, { seriesId, subject, start, used, carried, history }: Row): UsedCount {
  return {
    name: { accountId, seriesId, subject, start: Number(start) },
    used: BigInt(used),
    carried: BigInt(carried),
    history: history.map(BigInt),
  };
}

function toSlicedCount({ subject, starts, amounts }: SlicedRow): SlicedCount[] {
  if (!starts || !amounts) return [];
  return [{ subject, amounts: new Map(starts.map((start, i) => [Number(start), BigInt(amounts[i] ?? 0)])) }];
}
