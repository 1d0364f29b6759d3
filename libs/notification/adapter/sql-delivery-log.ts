import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { Attempt, AttemptOutcome, ChannelKind, Delivery, DeliveryState } from '../domain/index.js';
import { ATTEMPTS_SHOWN, type DeliveryLog, type DeliveryPage } from '../service/deliveries.js';

/** The latest attempts, in their order. */
const ATTEMPTS = `
  select coalesce(jsonb_agg(jsonb_build_object('attempt', a.attempt, 'at', extract(epoch from a.attempted_at) * 1000,
    'outcome', a.outcome, 'httpStatus', a.http_status, 'error', a.error, 'durationMs', a.duration_ms) order by a.attempt), '[]')
  from (
    select * from notification_attempt a where a.account_id = d.account_id and a.delivery_id = d.delivery_id
    order by a.attempt desc limit ${ATTEMPTS_SHOWN}) a`;

const SELECT = `
  select d.delivery_id, d.channel, d.kind, d.state, d.created_at, d.due_at, d.finished_at, n.notification_id, n.topic, n.team,
    n.title, n.occurred_at, (${ATTEMPTS}) as attempts
  from notification_delivery d join notification n using (account_id, notification_id)
  where d.account_id = $1`;

const RETRY = `
  update notification_delivery set state = 'waiting', due_at = $3, finished_at = null, attempts_max = attempts + $4
  where account_id = $1 and delivery_id = $2 and state in ('waiting', 'failed')
    and (leased_until is null or leased_until < clock_timestamp())`;

interface DeliveryRow {
  readonly delivery_id: string;
  readonly channel: string;
  readonly kind: ChannelKind;
  readonly state: DeliveryState;
  readonly created_at: Date;
  readonly due_at: Date | null;
  readonly finished_at: Date | null;
  readonly notification_id: string;
  readonly topic: string;
  readonly team: string | null;
  readonly title: string;
  readonly occurred_at: Date;
  readonly attempts: readonly (Omit<Attempt, 'outcome'> & { outcome: AttemptOutcome })[];
}

export class SqlDeliveryLog implements DeliveryLog {
  constructor(private readonly dataSource: DataSource) {}

  async list({ accountId, channel, state, after, limit }: DeliveryPage): Promise<readonly Delivery[]> {
    const rows = await this.dataSource.query<DeliveryRow[]>(
      `${SELECT} and ($2::text is null or d.channel = $2) and ($3::text is null or d.state = $3)
         and ($4::uuid is null or d.delivery_id < $4)
       order by d.delivery_id desc limit $5`,
      [accountId, channel ?? null, state ?? null, after ?? null, limit],
    );
    return rows.map(deliveryFromRow);
  }

  async find(accountId: number, deliveryId: string): Promise<Delivery | undefined> {
    const [row] = await this.dataSource.query<DeliveryRow[]>(`${SELECT} and d.delivery_id = $2`, [
      accountId,
      deliveryId,
    ]);
    return row && deliveryFromRow(row);
  }

  async retry(accountId: number, deliveryId: string, at: EpochMs, attempts: number): Promise<boolean> {
    const values = [accountId, deliveryId, formatInstant(at), attempts];
    const [, changed] = await this.dataSource.query<[unknown, number]>(RETRY, values);
    return changed > 0;
  }
}

function deliveryFromRow(row: DeliveryRow): Delivery {
  const { topic, team, title } = row;
  return {
    deliveryId: row.delivery_id,
    channel: row.channel,
    kind: row.kind,
    state: row.state,
    notification: {
      notificationId: row.notification_id,
      ...{ topic, team, title },
      occurredAt: row.occurred_at.getTime(),
    },
    createdAt: row.created_at.getTime(),
    dueAt: row.due_at?.getTime() ?? null,
    finishedAt: row.finished_at?.getTime() ?? null,
    attempts: row.attempts.map((attempt) => ({ ...attempt, at: Math.round(attempt.at) })),
  };
}
