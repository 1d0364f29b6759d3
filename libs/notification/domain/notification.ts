import { createHash } from 'node:crypto';
import type { EpochMs } from '#calendar';

/** Something that people are to be told, once. */
export interface Notification {
  readonly accountId: number;
  /** What it is about, from the general to the particular: `quota.threshold_reached`. Channels choose by it. */
  readonly topic: string;
  /** Of two with the same key an account is told the first: `quota:q7:2026-11:80`. Kept for ever. */
  readonly deduplicationKey: string;
  /** Whose business it is; null: the account's. */
  readonly team: string | null;
  /** One line; what is longer than 300 characters is cut. */
  readonly title: string;
  /** For people, of any number of lines; what is longer than 8,000 characters is cut. */
  readonly text: string;
  /** For programs: JSON of up to 16,384 characters, else its length is told instead. Amounts are decimal strings. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly occurredAt: EpochMs;
}

/** The topic of what the test button sends. It goes to the channel that is tried, whatever its topics are. */
export const TEST_TOPIC = 'notification.test';

const TOPIC = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const TOPIC_MAX = 100;
const KEY_MAX = 500;
const TITLE_MAX = 300;
const TEXT_MAX = 8_000;
const PAYLOAD_MAX = 16_384;

/** Whether a text is the topic of a notification, and no pattern of topics. */
export function isTopic(text: string): boolean {
  return text.length <= TOPIC_MAX && TOPIC.test(text);
}

/**
 * The notification as it can be stored and sent. Names of people's own are in it, and none of them may keep an alert, and those that
 * are told with it, from being told: what is too long is cut, what cannot be stored replaced. A key is what it was or a digest of it.
 */
export function fitted(notification: Notification): Notification {
  const { deduplicationKey, team, title, text, payload } = notification;
  return {
    ...notification,
    deduplicationKey: fittedKey(deduplicationKey),
    team: team === null ? null : storable(team),
    title: cut(
      storable(title)
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim() || notification.topic,
      TITLE_MAX,
    ),
    text: cut(storable(text), TEXT_MAX),
    payload: fittedPayload(payload),
  };
}

function fittedKey(key: string): string {
  if (key.length <= KEY_MAX && storable(key) === key) return key;
  return `sha256:${createHash('sha256').update(JSON.stringify(key)).digest('hex')}`;
}

function fittedPayload(payload: Notification['payload']): Notification['payload'] {
  const json = JSON.stringify(payload);
  return json.length > PAYLOAD_MAX ? { omitted: json.length } : storableFields(payload);
}

function storableFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [storable(name), storableValue(value)]));
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableValue);
  return typeof value === 'object' && value !== null ? storableFields(value) : value;
}

/** No column holds NUL or half of a surrogate pair. */
function storable(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, '\ufffd');
}

/** Never between the halves of a surrogate pair. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/\p{Cs}$/u, '')}…`;
}
