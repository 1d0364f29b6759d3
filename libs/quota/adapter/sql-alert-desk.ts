import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import type { Notification, NotificationOutbox } from '#notification';
import type { AlertDesk, UsedCount, WatchedSeries } from '../service/alert-desk.js';

const HISTORY_MAX = 30;
const PAGE = 2_000;

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

interface Row {
  readonly seriesId: string;
  readonly subject: string;
  readonly start: string;
  readonly used: string;
  readonly carried: string;
  readonly history: readonly string[];
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
