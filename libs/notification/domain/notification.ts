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
  /** One line. */
  readonly title: string;
  /** For people, of any number of lines. */
  readonly text: string;
  /** For programs: JSON. Amounts are decimal strings. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly occurredAt: EpochMs;
}

/** The topic of what the test button sends. It goes to the channel that is tried, whatever its topics are. */
export const TEST_TOPIC = 'notification.test';

const TOPIC = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const TOPIC_MAX = 100;
const KEY_MAX = 500;
const TEAM_MAX = 255;
const TITLE_MAX = 300;
const TEXT_MAX = 8_000;
const PAYLOAD_MAX = 16_384;

/** What keeps a notification from being stored and sent; undefined: nothing. */
export function notificationFault(notification: Notification): string | undefined {
  const { topic, deduplicationKey, team, title, text, payload } = notification;
  if (topic.length > TOPIC_MAX || !TOPIC.test(topic)) return `${JSON.stringify(topic)} is no topic`;
  if (!isLine(deduplicationKey, KEY_MAX)) return `the key is not a line of 1 to ${KEY_MAX} characters`;
  if (team !== null && !isLine(team, TEAM_MAX)) return `the team is not a line of 1 to ${TEAM_MAX} characters`;
  if (!isLine(title, TITLE_MAX)) return `the title is not a line of 1 to ${TITLE_MAX} characters`;
  if (text.length > TEXT_MAX || UNSTORABLE.test(text)) return `the text is not text of up to ${TEXT_MAX} characters`;
  const json = JSON.stringify(payload);
  // NUL and halves of surrogate pairs are escaped in JSON, and no jsonb column holds them.
  if (json.length > PAYLOAD_MAX || /\\u0000|\\ud[89a-f]/i.test(json))
    return `the payload is not storable JSON of up to ${PAYLOAD_MAX} characters`;
  return undefined;
}

const UNSTORABLE = /[\0\p{Cs}]/u;

function isLine(text: string, max: number): boolean {
  return text !== '' && text.length <= max && !/[\p{Cc}\p{Cs}]/u.test(text);
}
