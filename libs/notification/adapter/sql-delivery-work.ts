import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { withTransaction } from '#platform';
import { type ChannelKind, type DeliveryState, type SendResult, TEST_TOPIC } from '../domain/index.js';
import type {
  ClaimedDelivery,
  DeliveryEnd,
  DeliveryLoad,
  DeliveryWorkStore,
  NewTest,
} from '../service/delivery-work-store.js';
import { CLAIMED_COLUMNS, CLAIMED_JOINS, type ClaimedRow, claimFromRow } from './claimed-delivery-row.js';
import { fanOut } from './fan-out.js';

/** Longer than any attempt may take; a sender that has not been heard of for so long is taken for dead. */
const LEASE = `clock_timestamp() + interval '60 seconds'`;

const FREE = '(d.leased_until is null or d.leased_until < clock_timestamp())';

/** Not for one of that name that was there before: a channel may be changed while something waits for it, but not made anew. */
const IS_FOR = 'd.channel_version >= c.made_version';

/** With what they are now. */
const CHANNELS = `notification_channel c join notification_channel_version v using (account_id, channel, version)`;

const CANCEL_ORPHANS = `
  update notification_delivery d set state = 'cancelled', due_at = null, leased_until = null, finished_at = $1
  where d.state = 'waiting' and ${FREE} and not exists (
    select from ${CHANNELS}
    where c.account_id = d.account_id and c.channel = d.channel and ${IS_FOR} and v.enabled)`;

/**
 * Of each channel that is not being sent to its first, and of those the one that is due the longest: the work is bounded by the channels
 * there are, however much waits for one of them. One that somebody else takes meanwhile is passed over.
 */
const CLAIM = `
  with claimed as (
    update notification_delivery set attempts = attempts + 1, leased_until = ${LEASE}
    where (account_id, delivery_id) = (
      select d.account_id, d.delivery_id from (
        select first.* from ${CHANNELS} cross join lateral (
          select d.account_id, d.delivery_id from notification_delivery d
          where d.account_id = c.account_id and d.channel = c.channel and ${IS_FOR} and d.state = 'waiting' and d.due_at <= $1
            and ${FREE}
          order by d.due_at, d.delivery_id limit 1) first
        where v.enabled and not exists (
          select from notification_delivery other where other.account_id = c.account_id and other.channel = c.channel
            and other.leased_until >= clock_timestamp())) first
      join notification_delivery d using (account_id, delivery_id)
      where d.state = 'waiting' and ${FREE}
      order by d.due_at, d.delivery_id limit 1 for update of d skip locked)
    returning *),
  interrupted as (
    update notification_attempt a set outcome = 'interrupted' from claimed d
    where a.account_id = d.account_id and a.delivery_id = d.delivery_id and a.outcome = 'sending'),
  begun as (
    insert into notification_attempt (account_id, delivery_id, attempt, attempted_at, outcome)
    select account_id, delivery_id, attempts, $1, 'sending' from claimed)
  select ${CLAIMED_COLUMNS} from claimed d ${CLAIMED_JOINS}`;

const ADD_TEST = `
  with told as (
    insert into notification (account_id, notification_id, deduplication_key, topic, title, text, payload, occurred_at,
      appended_at, fanned_out_at)
    values ($1, $3::uuid, $4::text || ':' || $3::uuid, $4::text, $5, $6, $7, $9, $9, $9)),
  begun as (
    insert into notification_delivery (account_id, delivery_id, notification_id, channel, channel_version, kind, attempts,
      attempts_max, created_at, due_at, leased_until)
    select account_id, $8::uuid, $3::uuid, channel, version, kind, 1, 1, $9::timestamptz, $9::timestamptz, ${LEASE}
    from notification_channel join notification_channel_version using (account_id, channel, version)
    where account_id = $1 and channel = $2)
  insert into notification_attempt (account_id, delivery_id, attempt, attempted_at, outcome)
  values ($1, $8::uuid, 1, $9, 'sending')`;

const SELECT_CLAIMED = `
  select ${CLAIMED_COLUMNS} from notification_delivery d ${CLAIMED_JOINS} where d.account_id = $1 and d.delivery_id = $2`;

const SETTLE = `
  with held as (
    update notification_delivery set state = $4, due_at = $5, finished_at = $6, leased_until = null
    where account_id = $1 and delivery_id = $2 and attempts = $3 and leased_until is not null
    returning account_id, delivery_id, attempts)
  update notification_attempt a set outcome = $7, http_status = $8, error = $9, duration_ms = $10 from held
  where a.account_id = held.account_id and a.delivery_id = held.delivery_id and a.attempt = held.attempts`;

const OLDEST_DUE = `
  select min(at) as at from (
    select min(appended_at) as at from notification where fanned_out_at is null
    union all
    select min(due_at) from notification_delivery where state = 'waiting' and due_at <= $1) waiting`;

const FORGET_DELIVERIES = `
  delete from notification_delivery where (account_id, delivery_id) in (
    select account_id, delivery_id from notification_delivery where finished_at < $1 limit $2)`;

/** Of a test nothing is left, of all else the key. */
const FORGET_TEXTS = `
  with old as (
    select account_id, notification_id from notification n
    where title is not null and appended_at < $1 and fanned_out_at is not null and not exists (
      select from notification_delivery d where d.account_id = n.account_id and d.notification_id = n.notification_id)
    limit $2),
  tests as (
    delete from notification n using old
    where (n.account_id, n.notification_id) = (old.account_id, old.notification_id) and n.topic = '${TEST_TOPIC}'),
  told as (
    update notification n set title = null, text = null, payload = null from old
    where (n.account_id, n.notification_id) = (old.account_id, old.notification_id) and n.topic <> '${TEST_TOPIC}')
  select count(*)::int as n from old`;

export class SqlDeliveryWork implements DeliveryWorkStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly newId: () => string,
  ) {}

  fanOut(now: EpochMs, limit: number): Promise<number> {
    return withTransaction(this.dataSource, (manager) => fanOut(manager, this.newId, now, limit));
  }

  async cancelOrphans(now: EpochMs): Promise<void> {
    await this.dataSource.query(CANCEL_ORPHANS, [formatInstant(now)]);
  }

  async claim(now: EpochMs): Promise<ClaimedDelivery | undefined> {
    const [row] = await this.dataSource.query<ClaimedRow[]>(CLAIM, [formatInstant(now)]);
    return row && claimFromRow(row, now);
  }

  claimTest({ accountId, channel, message, at }: NewTest): Promise<ClaimedDelivery | undefined> {
    return withTransaction(this.dataSource, async (manager) => {
      const found = await manager.query<unknown[]>(
        'select from notification_channel where account_id = $1 and channel = $2 for key share',
        [accountId, channel],
      );
      if (found.length === 0) return undefined;
      const { notificationId, deliveryId, topic, title, text, payload } = message;
      const told = [notificationId, topic, title, text, JSON.stringify(payload), deliveryId, formatInstant(at)];
      await manager.query(ADD_TEST, [accountId, channel, ...told]);
      const [row] = await manager.query<ClaimedRow[]>(SELECT_CLAIMED, [accountId, deliveryId]);
      return row && claimFromRow(row, at);
    });
  }

  async settle(
    { accountId, deliveryId, attempt }: ClaimedDelivery,
    { delivered, httpStatus, error }: SendResult,
    durationMs: number,
    end: DeliveryEnd,
  ): Promise<void> {
    const dueAt = end.state === 'waiting' ? formatInstant(end.dueAt) : null;
    const finishedAt = end.state === 'waiting' ? null : formatInstant(end.finishedAt);
    await this.dataSource.query(SETTLE, [
      ...[accountId, deliveryId, attempt, end.state, dueAt, finishedAt],
      ...[delivered ? 'delivered' : 'failed', httpStatus, error, durationMs],
    ]);
  }

  async load(now: EpochMs): Promise<DeliveryLoad> {
    const deliveries = await this.dataSource.query<{ state: DeliveryState; kind: ChannelKind; count: number }[]>(
      'select state, kind, count(*)::int as count from notification_delivery group by state, kind',
    );
    const [oldest] = await this.dataSource.query<{ at: Date | null }[]>(OLDEST_DUE, [formatInstant(now)]);
    return { deliveries, oldestDueAt: oldest?.at?.getTime() ?? null };
  }

  async purge(endedBefore: EpochMs, limit: number): Promise<boolean> {
    const values = [formatInstant(endedBefore), limit];
    const [, deleted] = await this.dataSource.query<[unknown, number]>(FORGET_DELIVERIES, values);
    const [texts] = await this.dataSource.query<{ n: number }[]>(FORGET_TEXTS, values);
    return deleted === limit || texts?.n === limit;
  }
}
