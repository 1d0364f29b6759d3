import type { EpochMs } from '#calendar';
import type { Outcome } from '#outcome';
import type { Channel, ChannelKind } from '../domain/index.js';

/** Who changes something, and when. */
export interface ChannelAuthor {
  readonly accountId: number;
  readonly recordedAt: EpochMs;
  /** Null: the product itself. */
  readonly recordedBy: string | null;
}

/** What one may say of a channel again and again. */
export interface ChannelSettings {
  readonly topics: readonly string[];
  readonly teams: readonly string[] | null;
  readonly recipients: readonly string[] | null;
  readonly enabled: boolean;
  readonly reason: string | null;
}

export interface ChannelUrl {
  /** Whole, with what is secret. */
  readonly url: string;
  readonly shown: string;
}

export interface NewChannel extends ChannelSettings {
  readonly channel: string;
  readonly kind: ChannelKind;
  readonly url: ChannelUrl | null;
  /** Of a webhook. */
  readonly secret: string | null;
}

export interface ChannelChange extends ChannelSettings {
  /** Undefined: as it is. */
  readonly url?: ChannelUrl;
  /** A new secret, beside which the one before signs for a while. */
  readonly rotation?: { readonly secret: string; readonly previousUntil: EpochMs };
}

export interface ChannelPage {
  readonly accountId: number;
  /** Those whose names come after. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Channels of an account; more would be a mistake of a script. */
export const CHANNELS_MAX = 100;

/** Every change is a version and, through it, an entry of the audit trail. */
export interface ChannelStore {
  /** By name. */
  list(page: ChannelPage): Promise<readonly Channel[]>;
  find(accountId: number, channel: string): Promise<Channel | undefined>;
  /** Adds nothing where there is one of that name, or `CHANNELS_MAX` of the account. */
  add(author: ChannelAuthor, channel: NewChannel): Promise<Channel | 'exists' | 'too_many'>;
  /**
   * Adds a version that says what `decide` makes of the one that holds; undefined from it leaves it as it is. Undefined: there is
   * no such channel. No two changes of an account's channels see the same version.
   */
  change(
    author: ChannelAuthor,
    channel: string,
    decide: (channel: Channel, hasUrl: (url: string) => boolean) => Outcome<ChannelChange | undefined>,
  ): Promise<Outcome<Channel> | undefined>;
  /** Forgets its secrets. Gives what it was. */
  remove(author: ChannelAuthor, channel: string, reason: string | null): Promise<Channel | undefined>;
}
