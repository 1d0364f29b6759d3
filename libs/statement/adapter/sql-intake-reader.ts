import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { IntakeReader, IntakeState } from '../service/intake-reader.js';

/** An event may be ahead of its arrival by no more than this; what came earlier holds nothing of a later period. */
const MAX_EVENT_LEAD = '1 day';

export class SqlIntakeReader implements IntakeReader {
  constructor(private readonly dataSource: DataSource) {}

  async read(accountId: number, start: EpochMs, end: EpochMs): Promise<IntakeState> {
    const rows: { waiting: string; identities: string; events: string }[] = await this.dataSource.query(
      `select
         (select coalesce(sum(event_count), 0) from ingest_inbox
           where account_id = $1 and finished_at is null and received_at >= $2::timestamptz - interval '${MAX_EVENT_LEAD}') as waiting,
         (select count(*) from event_identity
           where account_id = $1 and occurred_at >= $2 and occurred_at < $3) as identities,
         (select count(*) from usage_event
           where account_id = $1 and occurred_at >= $2 and occurred_at < $3) as events`,
      [accountId, formatInstant(start), formatInstant(end)],
    );
    const [row] = rows;
    if (!row) throw new Error('a query of aggregates gave no row');
    return { waitingEvents: BigInt(row.waiting), identities: BigInt(row.identities), events: BigInt(row.events) };
  }
}
