import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { Notification, NotificationOutbox } from '#notification';
import type { QuotaAmount } from '../domain/index.js';
import type { AlertDesk, UsedCount } from '../service/alert-desk.js';

const HISTORY_MAX = 30;
/** A quota of each user of a big account has so many counts. */
const COUNTS_MAX = 50_000;

const USED = `
  select c.series_id as "seriesId", c.subject, (extract(epoch from c.window_start) * 1000)::bigint as start,
    (c.used + c.settled)::text as used, c.carried::text as carried,
    array(
      select (h.used + h.settled)::text from quota_count h
      where h.account_id = c.account_id and h.series_id = c.series_id and h.subject = c.subject
        and h.window_start < c.window_start
      order by h.window_start desc limit ${HISTORY_MAX}) as history
  from unnest($2::bigint[], $3::numeric[]) s (series_id, least)
  join quota_count c on c.account_id = $1 and c.series_id = s.series_id and c.window_end > $4
    and c.used + c.settled >= s.least and c.used + c.settled > 0
  limit ${COUNTS_MAX}`;

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

  async used(
    accountId: number,
    series: readonly { readonly seriesId: string; readonly least: QuotaAmount }[],
    endAfter: EpochMs,
  ): Promise<readonly UsedCount[]> {
    const rows = await this.dataSource.query<Row[]>(USED, [
      accountId,
      series.map(({ seriesId }) => seriesId),
      series.map(({ least }) => least.toString()),
      formatInstant(endAfter),
    ]);
    return rows.map(({ seriesId, subject, start, used, carried, history }) => ({
      name: { accountId, seriesId, subject, start: Number(start) },
      used: BigInt(used),
      carried: BigInt(carried),
      history: history.map(BigInt),
    }));
  }

  async tell(notifications: readonly Notification[]): Promise<void> {
    await this.dataSource.transaction((manager) => this.outbox.append(manager, notifications));
    this.outbox.wake();
  }
}
