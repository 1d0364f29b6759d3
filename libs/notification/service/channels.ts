import { randomBytes } from 'node:crypto';
import type { Clock, EpochMs } from '#calendar';
import type { Caller } from '#directory';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import { type Channel, type ChannelKind, parseChannelUrl, shownUrl, webhookSecret } from '../domain/index.js';
import {
  CHANNELS_MAX,
  type ChannelAuthor,
  type ChannelChange,
  type ChannelPage,
  type ChannelSettings,
  type ChannelStore,
  type ChannelUrl,
} from './channel-store.js';
import type { UrlGuard } from './url-guard.js';

export interface CreateChannelInput extends Omit<ChannelSettings, 'enabled'> {
  readonly channel: string;
  readonly kind: ChannelKind;
  /** Of a webhook and Slack. */
  readonly url: string | null;
}

export interface ChangeChannelInput extends ChannelSettings {
  /** Null: as it is. */
  readonly url: string | null;
}

export interface ChannelsSettings {
  /** Whether http and private addresses are taken. */
  readonly allowPrivate: boolean;
  /** Whether this process knows a server for e-mail. */
  readonly sendsMail: boolean;
}

type Author = Pick<Caller, 'accountId' | 'apiKeyId'>;

export const CHANNELS = Symbol('Channels');

/** What one does with channels. Who did it, when and why is kept with each version. */
export class Channels {
  constructor(
    private readonly store: ChannelStore,
    private readonly guard: UrlGuard,
    private readonly clock: Clock,
    private readonly settings: ChannelsSettings,
  ) {}

  list(page: ChannelPage): Promise<readonly Channel[]> {
    return this.store.list(page);
  }

  /** Fails with `notification.channel_not_found`. */
  async find(accountId: number, channel: string): Promise<Outcome<Channel>> {
    const found = await this.store.find(accountId, channel);
    return found ? succeed(found) : fail(notFound(channel));
  }

  /**
   * Makes a channel. The secret of a webhook is in this answer alone. Fails with `notification.bad_url`,
   * `notification.mail_not_set_up`, `notification.channel_exists`, `notification.too_many_channels`.
   */
  async create(
    author: Author,
    input: CreateChannelInput,
  ): Promise<Outcome<{ readonly channel: Channel; readonly secret: string | null }>> {
    const { kind } = input;
    if (kind === 'email' && !this.settings.sendsMail) return fail(MAIL_NOT_SET_UP);
    const url = input.url === null ? succeed(null) : this.readUrl(kind, input.url);
    if (!url.ok) return url;
    const secret = kind === 'webhook' ? newSecret() : null;
    const added = await this.store.add(this.signed(author), { ...input, url: url.value, secret, enabled: true });
    if (added === 'exists') return fail(exists(input.channel));
    if (added === 'too_many') return fail(TOO_MANY);
    return succeed({ channel: added, secret });
  }

  /**
   * Says anew what a channel is; saying what is so already adds no version. Fails with `notification.channel_not_found`,
   * `notification.bad_url`, `notification.not_of_kind`.
   */
  async change(author: Author, channel: string, input: ChangeChannelInput): Promise<Outcome<Channel>> {
    const changed = await this.store.change(this.signed(author), channel, (now, hasUrl) => {
      const misplaced = misplacedIn(now.kind, input);
      if (misplaced) return fail(misplaced);
      const recipients = input.recipients ?? now.recipients;
      const { topics, teams, enabled, reason } = input;
      const settings = { topics, teams, recipients, enabled, reason };
      if (input.url === null || hasUrl(input.url)) return succeed(saysMore(now, settings) ? settings : undefined);
      const url = this.readUrl(now.kind, input.url);
      return url.ok ? succeed({ ...settings, url: url.value }) : url;
    });
    return changed ?? fail(notFound(channel));
  }

  /**
   * Makes the secret of a webhook anew. The one before signs beside it until `previousUntil`, any older one no more. Fails with
   * `notification.channel_not_found`, `notification.not_of_kind`.
   */
  async rotateSecret(
    author: Author,
    channel: string,
    overlapMs: number,
  ): Promise<Outcome<{ readonly channel: Channel; readonly secret: string; readonly previousUntil: EpochMs }>> {
    const secret = newSecret();
    const previousUntil = this.clock.now() + overlapMs;
    const changed = await this.store.change(this.signed(author), channel, (now): Outcome<ChannelChange> => {
      if (now.kind !== 'webhook')
        return fail(notOfKind('/kind', `a channel of kind ${now.kind} has no secret to sign with`));
      const { topics, teams, recipients, enabled } = now;
      const reason = 'a new secret';
      return succeed({ topics, teams, recipients, enabled, reason, rotation: { secret, previousUntil } });
    });
    if (!changed) return fail(notFound(channel));
    return changed.ok ? succeed({ channel: changed.value, secret, previousUntil }) : changed;
  }

  /** What waits for it is cancelled. Fails with `notification.channel_not_found`. */
  async remove(author: Author, channel: string, reason: string | null): Promise<Outcome<Channel>> {
    const removed = await this.store.remove(this.signed(author), channel, reason);
    return removed ? succeed(removed) : fail(notFound(channel));
  }

  private readUrl(kind: ChannelKind, text: string): Outcome<ChannelUrl> {
    const url = parseChannelUrl(text, { allowHttp: this.settings.allowPrivate });
    const fault = 'fault' in url ? url.fault : this.guard.refusal(url);
    if ('fault' in url || fault !== undefined) return fail(badUrl(fault ?? 'is refused'));
    return succeed({ url: url.href, shown: shownUrl(kind === 'slack' ? 'slack' : 'webhook', url) });
  }

  private signed({ accountId, apiKeyId }: Author): ChannelAuthor {
    return { accountId, recordedAt: this.clock.now(), recordedBy: apiKeyId };
  }
}

function newSecret(): string {
  return webhookSecret(randomBytes(32));
}

function saysMore(now: Channel, said: ChannelSettings): boolean {
  const of = ({ topics, teams, recipients, enabled }: ChannelSettings) =>
    JSON.stringify([topics, teams, recipients, enabled]);
  return of(now) !== of(said);
}

function misplacedIn(kind: ChannelKind, { url, recipients }: ChangeChannelInput): Failure | undefined {
  if (kind === 'email' && url !== null) return notOfKind('/url', 'a channel of kind email has no URL');
  if (kind !== 'email' && recipients !== null)
    return notOfKind('/recipients', `a channel of kind ${kind} has no recipients`);
  return undefined;
}

function notOfKind(pointer: string, detail: string): Failure {
  const code = 'notification.not_of_kind';
  return { kind: 'invalid', code, detail: `${detail}.`, errors: [{ pointer, code, detail }] };
}

function badUrl(fault: string): Failure {
  const code = 'notification.bad_url';
  return { kind: 'invalid', code, detail: `The URL ${fault}.`, errors: [{ pointer: '/url', code, detail: fault }] };
}

export function notFound(channel: string): Failure {
  const detail = `There is no channel ${JSON.stringify(channel)}.`;
  return { kind: 'not_found', code: 'notification.channel_not_found', detail };
}

function exists(channel: string): Failure {
  const detail = `There is a channel ${JSON.stringify(channel)} already.`;
  return { kind: 'conflict', code: 'notification.channel_exists', detail };
}

const TOO_MANY: Failure = {
  kind: 'conflict',
  code: 'notification.too_many_channels',
  detail: `The account has ${CHANNELS_MAX} channels, and may not have more. Remove one first.`,
};

const MAIL_NOT_SET_UP: Failure = {
  kind: 'unprocessable',
  code: 'notification.mail_not_set_up',
  detail: 'This server knows no server for e-mail: set APPORTION_SMTP_URL and APPORTION_SMTP_FROM, for workers too.',
};
