import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { type Outcome, succeed } from '#outcome';
import { withTransaction } from '#platform';
import type { Channel } from '../domain/index.js';
import {
  CHANNELS_MAX,
  type ChannelAuthor,
  type ChannelChange,
  type ChannelPage,
  type ChannelStore,
  type NewChannel,
} from '../service/channel-store.js';
import { type ChannelRow, channelFromRow } from './channel-row.js';

const CURRENT = `
  select v.*, c.url from notification_channel c
  join notification_channel_version v using (account_id, channel, version) where c.account_id = $1`;

const ADD_VERSION = `
  insert into notification_channel_version (account_id, channel, version, kind, topics, teams, shown_url, url_sha256, recipients,
    secret_version, enabled, reason, recorded_at, recorded_by)
  select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
  from notification_channel_version where account_id = $1 and channel = $2
  returning *`;

const ADD_CHANNEL = `
  insert into notification_channel (account_id, channel, version, made_version, url, secret) values ($1, $2, $3, $3, $4, $5)`;

const CHANGE_CHANNEL = `
  update notification_channel set version = $3, url = coalesce($4, url),
    previous_secret = case when $5::text is null then previous_secret else secret end,
    previous_until = case when $5::text is null then previous_until else $6::timestamptz end,
    secret = coalesce($5, secret)
  where account_id = $1 and channel = $2`;

const WITHDRAW = `
  insert into notification_channel_version (account_id, channel, version, kind, topics, teams, shown_url, url_sha256, recipients,
    secret_version, enabled, withdrawn, reason, recorded_at, recorded_by)
  select account_id, channel, version + 1, kind, topics, teams, shown_url, url_sha256, recipients, secret_version, false, true, $4,
    $5, $6
  from notification_channel_version where account_id = $1 and channel = $2 and version = $3`;

interface CurrentRow extends ChannelRow {
  readonly url: string | null;
  readonly url_sha256: string | null;
}

export class SqlChannelStore implements ChannelStore {
  constructor(private readonly dataSource: DataSource) {}

  async list({ accountId, after, limit }: ChannelPage): Promise<readonly Channel[]> {
    const rows = await this.dataSource.query<ChannelRow[]>(
      `${CURRENT} and ($2::text is null or c.channel collate "C" > $2) order by c.channel collate "C" limit $3`,
      [accountId, after ?? null, limit],
    );
    return rows.map(channelFromRow);
  }

  async find(accountId: number, channel: string): Promise<Channel | undefined> {
    const row = await findCurrent(this.dataSource.manager, accountId, channel);
    return row && channelFromRow(row);
  }

  add(author: ChannelAuthor, added: NewChannel): Promise<Channel | 'exists' | 'too_many'> {
    const { channel, kind, topics, teams, recipients, enabled, reason, url, secret } = added;
    return withTransaction(this.dataSource, async (manager) => {
      await lockChannels(manager, author.accountId);
      if (await findCurrent(manager, author.accountId, channel)) return 'exists';
      if ((await countChannels(manager, author.accountId)) >= CHANNELS_MAX) return 'too_many';
      const said = { kind, topics, teams, recipients, enabled, reason, secretVersion: secret === null ? null : 1 };
      const row = await addVersion(manager, author, channel, {
        ...said,
        shownUrl: url?.shown ?? null,
        urlSha256: url === null ? null : sha256(url.url),
      });
      await manager.query(ADD_CHANNEL, [author.accountId, channel, row.version, url?.url ?? null, secret]);
      return channelFromRow(row);
    });
  }

  change(
    author: ChannelAuthor,
    channel: string,
    decide: (channel: Channel, hasUrl: (url: string) => boolean) => Outcome<ChannelChange | undefined>,
  ): Promise<Outcome<Channel> | undefined> {
    return withTransaction(this.dataSource, async (manager) => {
      await lockChannels(manager, author.accountId);
      const row = await findCurrent(manager, author.accountId, channel);
      if (!row) return undefined;
      const now = channelFromRow(row);
      const decided = decide(now, (url) => row.url === url);
      if (!decided.ok) return decided;
      if (decided.value === undefined) return succeed(now);
      return succeed(await this.apply(manager, author, row, decided.value));
    });
  }

  remove(author: ChannelAuthor, channel: string, reason: string | null): Promise<Channel | undefined> {
    const { accountId, recordedAt, recordedBy } = author;
    return withTransaction(this.dataSource, async (manager) => {
      await lockChannels(manager, accountId);
      const row = await findCurrent(manager, accountId, channel);
      if (!row) return undefined;
      await manager.query('delete from notification_channel where account_id = $1 and channel = $2', [
        accountId,
        channel,
      ]);
      const said = [reason, formatInstant(recordedAt), recordedBy];
      await manager.query(WITHDRAW, [accountId, channel, row.version, ...said]);
      return channelFromRow(row);
    });
  }

  private async apply(
    manager: EntityManager,
    author: ChannelAuthor,
    row: CurrentRow,
    { topics, teams, recipients, enabled, reason, url, rotation }: ChannelChange,
  ): Promise<Channel> {
    const { accountId } = author;
    const added = await addVersion(manager, author, row.channel, {
      ...{ kind: row.kind, topics, teams, recipients, enabled, reason },
      shownUrl: url?.shown ?? row.shown_url,
      urlSha256: url ? sha256(url.url) : row.url_sha256,
      secretVersion: row.secret_version === null ? null : row.secret_version + (rotation ? 1 : 0),
    });
    const previousUntil = rotation ? formatInstant(rotation.previousUntil) : null;
    const secrets = [url?.url ?? null, rotation?.secret ?? null, previousUntil];
    await manager.query(CHANGE_CHANNEL, [accountId, row.channel, added.version, ...secrets]);
    return channelFromRow(added);
  }
}

type Said = Omit<Channel, 'channel' | 'version' | 'recordedAt' | 'recordedBy'> & { readonly urlSha256: string | null };

async function addVersion(manager: EntityManager, author: ChannelAuthor, channel: string, said: Said) {
  const { accountId, recordedAt, recordedBy } = author;
  const { kind, topics, teams, shownUrl, urlSha256, recipients, secretVersion, enabled, reason } = said;
  const [row] = await manager.query<ChannelRow[]>(ADD_VERSION, [
    ...[accountId, channel, kind, topics, teams, shownUrl, urlSha256, recipients, secretVersion, enabled, reason],
    ...[formatInstant(recordedAt), recordedBy],
  ]);
  if (!row) throw new Error('a version was added and is not there');
  return row;
}

async function findCurrent(manager: EntityManager, accountId: number, channel: string) {
  const [row] = await manager.query<CurrentRow[]>(`${CURRENT} and c.channel = $2`, [accountId, channel]);
  return row;
}

async function countChannels(manager: EntityManager, accountId: number): Promise<number> {
  const [row] = await manager.query<{ n: number }[]>(
    'select count(*)::int as n from notification_channel where account_id = $1',
    [accountId],
  );
  return row?.n ?? 0;
}

/** One change of the account's channels at a time. */
async function lockChannels(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
