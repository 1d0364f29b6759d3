import type { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { withTransaction } from '#platform';
import { decodeUsage } from '../domain/index.js';
import type { BuildAsks } from '../service/build-asks.js';
import type { CountLedger } from '../service/count-ledger.js';
import type { ClaimedUsage, CountedBatch, TakenUsage, UsageQueue } from '../service/usage-queue.js';
import { applyToCounts } from './apply-to-counts.js';

/** Flushes of some thousand events each. */
const ROWS_MAX = 8;

/** Those of one account, so that its counts are added to once. */
const CLAIM = `
  delete from quota_usage u using (
    select account_id, quota_usage_id from quota_usage
    where account_id = (select account_id from quota_usage order by quota_usage_id limit 1)
    order by quota_usage_id limit ${ROWS_MAX} for update skip locked
  ) c
  where u.account_id = c.account_id and u.quota_usage_id = c.quota_usage_id
  returning u.account_id as "accountId", u.payload`;

/** Whoever changes a definition waits: a new series begins with all usage but that which waits to be counted by it too. */
const REVISION = 'select quota_revision_held($1) as revision';

interface Row {
  readonly accountId: number;
  readonly payload: string;
}

/** Usage in the table that the flushes write. */
export class SqlUsageQueue implements UsageQueue {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: CountLedger,
    private readonly asks: Pick<BuildAsks, 'orderOf'>,
    private readonly clock: Clock,
  ) {}

  async take(count: (usage: ClaimedUsage) => Promise<CountedBatch>): Promise<TakenUsage | undefined> {
    // Asked for several times a second, and nearly always nothing waits.
    const waiting = await this.dataSource.query<unknown[]>('select from quota_usage limit 1');
    if (waiting.length === 0) return undefined;
    return withTransaction(this.dataSource, async (manager) => {
      const [rows] = await manager.query<[Row[], number]>(CLAIM);
      const [first] = rows;
      if (!first) return undefined;
      const { accountId } = first;
      const [catalog] = await manager.query<{ revision: string }[]>(REVISION, [accountId]);
      const records = rows.flatMap(({ payload }) => decodeUsage(payload));
      const { counts, reservationIds } = await count({ accountId, revision: catalog?.revision ?? '0', records });
      const orders = counts.map(({ quota, name, window }) => this.asks.orderOf(accountId, quota, name.subject, window));
      await this.ledger.ensure(orders);
      const usage = counts.map(({ name, amount }) => ({ count: name, amount }));
      const metered = { accountId, at: this.clock.now(), reservationIds, usage };
      await applyToCounts(manager, { metered });
      return { accountId, events: records.length };
    });
  }
}
