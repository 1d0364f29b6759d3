import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { readingAt } from '#platform';
import type { IntakeCounts, IntakeReader } from '../service/intake-reader.js';

/** An event may be ahead of its arrival by no more than this; what came earlier holds nothing of a later period. */
const MAX_EVENT_LEAD = '1 day';

const WAITING = `
  from ingest_inbox
  where account_id = $1 and finished_at is null and received_at >= $2::timestamptz - interval '${MAX_EVENT_LEAD}'`;

const COUNT = `
  select
    (select count(*) from event_identity where account_id = $1 and occurred_at >= $2 and occurred_at < $3) as identities,
    (select count(*) from usage_event where account_id = $1 and occurred_at >= $2 and occurred_at < $3) as events`;

export class SqlIntakeReader implements IntakeReader {
  constructor(private readonly dataSource: DataSource) {}

  async lastWaiting(accountId: number, start: EpochMs): Promise<EpochMs | null> {
    const [row] = await this.dataSource.query<{ last: string | null }[]>(
      `select (extract(epoch from max(received_at)) * 1000)::bigint as last ${WAITING}`,
      [accountId, formatInstant(start)],
    );
    const last = row?.last ?? null;
    return last === null ? null : Number(last);
  }

  async countWaiting(accountId: number, start: EpochMs, receivedUntil: EpochMs): Promise<bigint> {
    const [row] = await this.dataSource.query<{ events: string }[]>(
      `select coalesce(sum(event_count), 0) as events ${WAITING} and received_at <= $3`,
      [accountId, formatInstant(start), formatInstant(receivedUntil)],
    );
    return BigInt(row?.events ?? 0);
  }

  async countOpenQuarantine(accountId: number, start: EpochMs): Promise<bigint> {
    const [row] = await this.dataSource.query<{ events: string }[]>(
      `select count(*) as events from quarantine where account_id = $1 and state = 'open' and received_at >= $2`,
      [accountId, formatInstant(start)],
    );
    return BigInt(row?.events ?? 0);
  }

  async hasEarlier(accountId: number, start: EpochMs): Promise<boolean> {
    const [row] = await this.dataSource.query<{ earlier: boolean }[]>(
      `select exists (select from metered_usage where account_id = $1 and charge_period < $2)
         or exists (select from cost_record where account_id = $1 and valid_from < $2)
         or exists (select from capacity_purchase_version v where account_id = $1 and valid_from < $2
           and version = (select max(version) from capacity_purchase_version
             where account_id = $1 and purchase = v.purchase))
         or exists (select from shared_cost where account_id = $1 and valid_from < $2) as earlier`,
      [accountId, formatInstant(start)],
    );
    return row?.earlier ?? false;
  }

  async usageFingerprint(
    accountId: number,
    start: EpochMs,
    end: EpochMs,
    snapshot: string | undefined,
  ): Promise<string> {
    return readingAt(this.dataSource, snapshot, async (runner) => {
      // Usage only grows, and no event is without a request.
      const rows: unknown = await runner.manager.query(
        `select count(*) as buckets, sum(requests) as requests from metered_usage
         where account_id = $1 and charge_period >= $2 and charge_period < $3`,
        [accountId, formatInstant(start), formatInstant(end)],
      );
      return JSON.stringify(rows);
    });
  }

  async count(accountId: number, start: EpochMs, end: EpochMs, snapshot: string): Promise<IntakeCounts> {
    return readingAt(this.dataSource, snapshot, async (runner) => {
      const values = [accountId, formatInstant(start), formatInstant(end)];
      const [row] = await runner.manager.query<{ identities: string; events: string }[]>(COUNT, values);
      if (!row) throw new Error('a query of aggregates gave no row');
      return { identities: BigInt(row.identities), events: BigInt(row.events) };
    });
  }
}
