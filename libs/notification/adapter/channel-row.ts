import type { Channel, ChannelKind } from '../domain/index.js';

/** Of `notification_channel_version`. */
export interface ChannelRow {
  readonly channel: string;
  readonly version: number;
  readonly kind: ChannelKind;
  readonly topics: string[];
  readonly teams: string[] | null;
  readonly shown_url: string | null;
  readonly recipients: string[] | null;
  readonly secret_version: number | null;
  readonly enabled: boolean;
  readonly reason: string | null;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function channelFromRow(row: ChannelRow): Channel {
  const { channel, version, kind, topics, teams, recipients, enabled, reason } = row;
  return {
    ...{ channel, version, kind, topics, teams, recipients, enabled, reason },
    shownUrl: row.shown_url,
    secretVersion: row.secret_version,
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}
