import type { Message } from './message.js';
import type { Notification } from './notification.js';

/** A notification that nothing is wrong with. */
export function notificationWith(more: Partial<Notification> = {}): Notification {
  return {
    accountId: 1,
    topic: 'quota.threshold_reached',
    deduplicationKey: 'quota:q7:2026-11:80',
    team: 'search',
    title: 'search has used 80 % of its quota',
    text: '800.00 of 1000.00 USD this month.',
    payload: { quota: 'q7', used: '800.00', currency: 'USD' },
    occurredAt: Date.UTC(2026, 10, 20, 12),
    ...more,
  };
}

export function messageWith(more: Partial<Message> = {}): Message {
  const { topic, team, title, text, payload, occurredAt } = notificationWith();
  const ids = {
    deliveryId: '01900000-0000-7000-8000-000000000001',
    notificationId: '01900000-0000-7000-8000-000000000002',
  };
  return { ...ids, topic, team, title, text, payload, occurredAt, ...more };
}
