import { DataSource } from 'typeorm';
import type { Notification } from '#notification';
import {
  CHANNELS,
  type Channels,
  type CreateChannelInput,
  NOTIFICATION_OUTBOX,
  type NotificationOutbox,
} from '#notification';
import type { TestApp } from './app.js';

/** Settings of an app that may send to this machine, and looks often. */
export const NOTIFY_ENV = { APPORTION_NOTIFY_ALLOW_PRIVATE: 'true', APPORTION_SWEEP_INTERVAL_MS: '50' };

const AUTHOR = { accountId: 1, apiKeyId: null };

export function notificationOf(key: string, more: Partial<Notification> = {}): Notification {
  return {
    accountId: 1,
    topic: 'quota.threshold_reached',
    deduplicationKey: key,
    team: 'search',
    title: `${key} was reached`,
    text: 'Ask finance for more.',
    payload: { limit: '100.00', currency: 'USD', 'an a': 1, b: 2 },
    occurredAt: Date.UTC(2026, 10, 20, 12),
    ...more,
  };
}

/** Appends in a transaction of its own and calls the worker. */
export async function tell({ app }: Pick<TestApp, 'app'>, ...notifications: Notification[]): Promise<void> {
  const outbox = app.get<NotificationOutbox>(NOTIFICATION_OUTBOX);
  await app.get(DataSource).transaction((manager) => outbox.append(manager, notifications));
  outbox.wake();
}

/** Makes a channel that gets everything, unless said otherwise. Gives its secret, if it has one. */
export async function makeChannel(
  { app }: Pick<TestApp, 'app'>,
  input: Partial<CreateChannelInput> & Pick<CreateChannelInput, 'channel' | 'kind'>,
): Promise<string> {
  const all = { url: null, recipients: null, topics: ['*'], teams: null, reason: null };
  const made = await app.get<Channels>(CHANNELS).create(AUTHOR, { ...all, ...input });
  if (!made.ok) throw new Error(made.failure.detail);
  return made.value.secret ?? '';
}
