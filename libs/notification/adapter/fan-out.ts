import type { EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { ATTEMPTS_MAX, receives } from '../domain/index.js';
import { type ChannelRow, channelFromRow } from './channel-row.js';

const TAKE = `
  select account_id, notification_id, topic, team from notification where fanned_out_at is null
  order by appended_at, notification_id limit $1 for update skip locked`;

const CHANNELS = `
  select v.* from notification_channel c join notification_channel_version v using (account_id, channel, version)
  where c.account_id = any($1::int[]) and v.enabled order by v.account_id, v.channel`;

const INSERT = `
  insert into notification_delivery (account_id, delivery_id, notification_id, channel, channel_version, kind, attempts_max,
    created_at, due_at)
  select d.account_id, d.delivery_id, d.notification_id, d.channel, d.channel_version, d.kind, ${ATTEMPTS_MAX}, $2, $2
  from jsonb_to_recordset($1::jsonb) as d (account_id int, delivery_id uuid, notification_id uuid, channel text,
    channel_version int, kind text)`;

const MARK = `
  update notification n set fanned_out_at = $3 from unnest($1::int[], $2::uuid[]) told (account_id, notification_id)
  where n.account_id = told.account_id and n.notification_id = told.notification_id`;

interface TakenRow {
  readonly account_id: number;
  readonly notification_id: string;
  readonly topic: string;
  readonly team: string | null;
}

/** Within a transaction: makes the deliveries of the oldest notifications that have none yet. Gives how many those were. */
export async function fanOut(
  manager: EntityManager,
  newId: () => string,
  now: EpochMs,
  limit: number,
): Promise<number> {
  const taken = await manager.query<TakenRow[]>(TAKE, [limit]);
  if (taken.length === 0) return 0;
  const accounts = [...new Set(taken.map(({ account_id }) => account_id))];
  const channels = await manager.query<(ChannelRow & { account_id: number })[]>(CHANNELS, [accounts]);
  const deliveries = taken.flatMap((notification) =>
    channels
      .filter((row) => row.account_id === notification.account_id && receives(channelFromRow(row), notification))
      .map(({ account_id, channel, version, kind }) => ({
        ...{ account_id, channel, kind, channel_version: version },
        delivery_id: newId(),
        notification_id: notification.notification_id,
      })),
  );
  const at = formatInstant(now);
  await manager.query(INSERT, [JSON.stringify(deliveries), at]);
  const ids = taken.map(({ notification_id }) => notification_id);
  await manager.query(MARK, [taken.map(({ account_id }) => account_id), ids, at]);
  return taken.length;
}
