import { formatInstant } from '#calendar';
import type { Notification } from './notification.js';

/** A notification as it is sent. */
export interface Message extends Omit<Notification, 'accountId' | 'deduplicationKey'> {
  /** Of the delivery: the same on each attempt. */
  readonly deliveryId: string;
  readonly notificationId: string;
}

/** As Standard Webhooks have it: `type`, `timestamp` and `data`. The same bytes on each attempt. */
export function webhookBody({ topic, occurredAt, notificationId, team, title, text, payload }: Message): string {
  const timestamp = formatInstant(occurredAt);
  return JSON.stringify({ type: topic, timestamp, data: { notificationId, team, title, text, details: payload } });
}

/** As Slack's incoming webhooks have it, and those of others that understand the same. */
export function slackBody({ title, text }: Message): string {
  const lines = text === '' ? '' : `\n${escaped(text)}`;
  return JSON.stringify({ text: `*${escaped(title)}*${lines}` });
}

/** What Slack reads as its own signs: a team named `<!channel>` calls nobody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Without angle brackets; the same on each attempt, so that a mailbox can drop repeats. */
  readonly messageId: string;
}

/** `from`: the sender's address, whose domain the message's id bears. */
export function mailOf({ deliveryId, title, text, topic, team, occurredAt }: Message, from: string): Mail {
  const domain = /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'apportion.invalid';
  const about = [`Topic: ${topic}`, ...(team === null ? [] : [`Team: ${team}`]), `At: ${formatInstant(occurredAt)}`];
  return {
    subject: title,
    text: `${text === '' ? title : text}\n\n${about.join('\n')}\n`,
    messageId: `${deliveryId}@${domain}`,
  };
}
