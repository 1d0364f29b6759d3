import type { EpochMs } from '#calendar';
import { matchesPattern } from '#directory/domain';
import type { Notification } from './notification.js';

export const CHANNEL_KINDS = ['webhook', 'slack', 'email'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** A way to tell people, as far as everybody may know it who may see the account's channels. */
export interface Channel {
  readonly channel: string;
  readonly kind: ChannelKind;
  /** Which notifications it gets, as patterns with `*`. */
  readonly topics: readonly string[];
  /** Only what is these teams' business; null: everything. */
  readonly teams: readonly string[] | null;
  /** Of a webhook and Slack: the URL without what is secret in it. */
  readonly shownUrl: string | null;
  /** Of e-mail. */
  readonly recipients: readonly string[] | null;
  /** How often the secret of a webhook was made anew. */
  readonly secretVersion: number | null;
  readonly enabled: boolean;
  readonly version: number;
  /** Why it is as it is, where somebody said so or the product did. */
  readonly reason: string | null;
  readonly recordedAt: EpochMs;
  /** Null: the product itself. */
  readonly recordedBy: string | null;
}

/** Where a message goes, with what is secret of it. */
export type Target =
  | { readonly kind: 'webhook'; readonly url: string; readonly secrets: readonly string[] }
  | { readonly kind: 'slack'; readonly url: string }
  | { readonly kind: 'email'; readonly recipients: readonly string[] };

/** Whether a notification goes to a channel. One of the whole account is no team's. */
export function receives(
  { topics, teams }: Pick<Channel, 'topics' | 'teams'>,
  { topic, team }: Pick<Notification, 'topic' | 'team'>,
): boolean {
  if (teams !== null && (team === null || !teams.includes(team))) return false;
  return topics.some((pattern) => matchesPattern(pattern, topic));
}
