import { formatInstant } from '#calendar';
import type { ChannelWire, DeliveryWire } from '#contract';
import type { Channel, Delivery } from '#notification';

export function channelToApi({ channel, shownUrl, recordedAt, ...more }: Channel): ChannelWire {
  const { kind, topics, teams, recipients, enabled, version, secretVersion, reason, recordedBy } = more;
  return {
    name: channel,
    kind,
    topics: [...topics],
    teams: teams && [...teams],
    url: shownUrl,
    recipients: recipients && [...recipients],
    ...{ enabled, version, secretVersion, reason },
    recordedAt: formatInstant(recordedAt),
    recordedBy,
  };
}

export function deliveryToApi(delivery: Delivery): DeliveryWire {
  const { deliveryId, channel, kind, state, notification, createdAt, dueAt, finishedAt, attempts } = delivery;
  const { notificationId, topic, team, title, occurredAt } = notification;
  return {
    id: deliveryId,
    ...{ channel, kind, state },
    notification: { id: notificationId, topic, team, title, occurredAt: formatInstant(occurredAt) },
    createdAt: formatInstant(createdAt),
    dueAt: dueAt === null ? null : formatInstant(dueAt),
    finishedAt: finishedAt === null ? null : formatInstant(finishedAt),
    attempts: attempts.map(({ at, ...attempt }) => ({ ...attempt, at: formatInstant(at) })),
  };
}
