import type { EpochMs } from '#calendar';
import type { ChannelKind, Target } from '../domain/index.js';
import type { ClaimedDelivery } from '../service/delivery-work-store.js';

export interface ClaimedRow {
  readonly account_id: number;
  readonly delivery_id: string;
  readonly notification_id: string;
  readonly attempts: number;
  readonly attempts_max: number;
  readonly channel: string;
  readonly version: number;
  readonly kind: ChannelKind;
  readonly url: string | null;
  readonly secret: string | null;
  readonly previous_secret: string | null;
  readonly previous_until: Date | null;
  readonly recipients: string[] | null;
  readonly topic: string;
  readonly team: string | null;
  readonly title: string;
  readonly text: string;
  readonly payload: Record<string, unknown>;
  readonly occurred_at: Date;
}

/** Of deliveries `d` that are held, with what is sent and where to. */
export const CLAIMED_COLUMNS = `d.account_id, d.delivery_id, d.notification_id, d.attempts, d.attempts_max, d.channel, d.kind,
  c.version, c.url, c.secret, c.previous_secret, c.previous_until, v.recipients,
  n.topic, n.team, n.title, n.text, n.payload, n.occurred_at`;

export const CLAIMED_JOINS = `
  join notification n using (account_id, notification_id)
  join notification_channel c using (account_id, channel)
  join notification_channel_version v on (v.account_id, v.channel, v.version) = (c.account_id, c.channel, c.version)`;

export function claimFromRow(row: ClaimedRow, now: EpochMs): ClaimedDelivery {
  const { topic, team, title, text, payload } = row;
  return {
    accountId: row.account_id,
    deliveryId: row.delivery_id,
    attempt: row.attempts,
    attemptsMax: row.attempts_max,
    channel: row.channel,
    channelVersion: row.version,
    target: targetOf(row, now),
    message: {
      deliveryId: row.delivery_id,
      notificationId: row.notification_id,
      ...{ topic, team, title, text, payload },
      occurredAt: row.occurred_at.getTime(),
    },
  };
}

function targetOf(row: ClaimedRow, now: EpochMs): Target {
  const { kind, url, secret, recipients } = row;
  if (kind === 'email') return { kind, recipients: recipients ?? [] };
  if (url === null) throw new Error(`channel ${JSON.stringify(row.channel)} has no URL`);
  if (kind === 'slack') return { kind, url };
  const previous = row.previous_until !== null && row.previous_until.getTime() > now ? row.previous_secret : null;
  return { kind, url, secrets: [secret, previous].filter((one) => one !== null) };
}
