import { type Clock, formatInstant } from '#calendar';
import { fitted, isTopic, type Notification } from '../domain/index.js';
import type { NotificationOutbox, OutboxSession } from '../service/notification-outbox.js';

const INSERT = `
  insert into notification (account_id, notification_id, deduplication_key, topic, team, title, text, payload, occurred_at,
    appended_at)
  select n.account_id, n.notification_id, n.deduplication_key, n.topic, n.team, n.title, n.text, n.payload, n.occurred_at, $2
  from jsonb_to_recordset($1::jsonb) as n (place int, account_id int, notification_id uuid, deduplication_key text, topic text,
    team text, title text, text text, payload jsonb, occurred_at timestamptz)
  order by n.place
  on conflict (account_id, deduplication_key) do nothing`;

/** Of one statement. */
const CHUNK = 500;

export class SqlNotificationOutbox implements NotificationOutbox {
  constructor(
    private readonly newId: () => string,
    private readonly clock: Clock,
    private readonly call: () => void,
  ) {}

  async append(session: OutboxSession, notifications: readonly Notification[]): Promise<void> {
    for (const { topic } of notifications) {
      if (!isTopic(topic)) throw new Error(`${JSON.stringify(topic)} is no topic of a notification`);
    }
    // Two transactions that tell the same in another order would wait for each other.
    const ordered = notifications.map(fitted).sort(byKey);
    const appendedAt = formatInstant(this.clock.now());
    for (let from = 0; from < ordered.length; from += CHUNK) {
      const rows = ordered.slice(from, from + CHUNK).map((notification, place) => this.toRow(notification, place));
      await session.query(INSERT, [JSON.stringify(rows), appendedAt]);
    }
  }

  wake(): void {
    this.call();
  }

  private toRow(notification: Notification, place: number): Record<string, unknown> {
    const { accountId, deduplicationKey, topic, team, title, text, payload, occurredAt } = notification;
    return {
      place,
      account_id: accountId,
      notification_id: this.newId(),
      deduplication_key: deduplicationKey,
      ...{ topic, team, title, text, payload },
      occurred_at: formatInstant(occurredAt),
    };
  }
}

function byKey(one: Notification, other: Notification): number {
  if (one.accountId !== other.accountId) return one.accountId - other.accountId;
  if (one.deduplicationKey === other.deduplicationKey) return 0;
  return one.deduplicationKey < other.deduplicationKey ? -1 : 1;
}
