import { z } from 'zod';
import { ATTEMPT_OUTCOMES, CHANNEL_KINDS, DELIVERY_STATES, isMailAddress } from '#notification/domain';
import { teamName } from './directory.js';
import { instantOut } from './instant.js';
import { nameText, pageOf, pageQuery, soughtText } from './page.js';

const TOPIC_PATTERN = /^[a-z0-9_*]+(\.[a-z0-9_*]+)*$/;
const URL_MAX = 2_048;

const channelName = nameText(100);

const different = (items: readonly string[]) => new Set(items).size === items.length;

const topics = z
  .array(
    z
      .string()
      .max(100)
      .regex(TOPIC_PATTERN, 'must be a topic such as quota.threshold_reached, or a pattern such as quota.*'),
  )
  .min(1, 'must name at least one topic')
  .max(50)
  .refine(different, 'must not repeat a topic')
  .describe('Which notifications it gets: topics, with `*` for any characters')
  .meta({ examples: [['quota.*']] });

const teams = z
  .array(teamName)
  .min(1, 'must name at least one team; left out, it gets those of all')
  .max(1_000)
  .refine(different, 'must not repeat a team')
  .nullable()
  .optional()
  .describe("Only what is these teams' business; null or left out: everything, what is no team's too");

const url = z
  .string()
  .min(1)
  .max(URL_MAX)
  .describe('Of a `webhook` and of `slack`: https, without user and fragment. Never shown again as a whole');

const recipients = z
  .array(z.string().refine(isMailAddress, 'must be an e-mail address such as ops@example.com'))
  .min(1, 'must name at least one recipient')
  .max(50)
  .refine(different, 'must not repeat a recipient')
  .describe('Of `email`');

const reason = nameText(1_000).optional().describe('Kept with the version');

export const createChannelBody = z
  .strictObject({
    name: channelName.describe('Known by it for ever'),
    kind: z.enum(CHANNEL_KINDS),
    topics,
    teams,
    url: url.optional(),
    recipients: recipients.optional(),
    reason,
  })
  .superRefine((body, context) => {
    const [wanted, unwanted] =
      body.kind === 'email' ? (['recipients', 'url'] as const) : (['url', 'recipients'] as const);
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (body[wanted] === undefined) issue(wanted, `a channel of kind ${body.kind} needs it`);
    if (body[unwanted] !== undefined) issue(unwanted, `a channel of kind ${body.kind} has none`);
  });
export type CreateChannelBody = z.output<typeof createChannelBody>;

export const setChannelBody = z.strictObject({
  topics,
  teams,
  url: url.optional().describe('Left out: as it is'),
  recipients: recipients.optional().describe('Left out: as they are'),
  enabled: z.boolean().default(true).describe('Off, it gets nothing, and what waits for it is cancelled'),
  reason,
});
export type SetChannelBody = z.output<typeof setChannelBody>;

export const channelPath = z.object({ name: soughtText(100) });
export type ChannelPath = z.output<typeof channelPath>;

export const removeChannelQuery = z.strictObject({ reason });
export type RemoveChannelQuery = z.output<typeof removeChannelQuery>;

export const channelWire = z.object({
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  topics: z.array(z.string()),
  teams: z.array(z.string()).nullable(),
  url: z.string().nullable().describe('Without what may be secret in it'),
  recipients: z.array(z.string()).nullable(),
  enabled: z.boolean(),
  version: z.int(),
  secretVersion: z.int().nullable().describe('Of a webhook: counts its secrets'),
  reason: z.string().nullable().describe('Why it is as it is'),
  recordedAt: instantOut,
  recordedBy: z.string().nullable().describe('The id of the key; null: the product itself'),
});
export type ChannelWire = z.output<typeof channelWire>;
export const channelPage = pageOf(channelWire);

export const createdChannelWire = channelWire.extend({
  secret: z
    .string()
    .nullable()
    .describe('Of a webhook: what its signatures are made with (Standard Webhooks). No other answer shows it'),
});
export type CreatedChannelWire = z.output<typeof createdChannelWire>;

export const rotateSecretBody = z.strictObject({
  overlapHours: z
    .int()
    .min(0)
    .max(168)
    .default(24)
    .describe('How long the secret before signs beside the new one; 0 where it has leaked'),
});
export type RotateSecretBody = z.output<typeof rotateSecretBody>;

export const rotatedSecretWire = z.object({
  name: z.string(),
  secret: z.string().describe('No other answer shows it'),
  secretVersion: z.int(),
  previousSignsUntil: instantOut,
});
export type RotatedSecretWire = z.output<typeof rotatedSecretWire>;

export const channelTestWire = z.object({
  delivered: z.boolean(),
  httpStatus: z.int().nullable(),
  error: z.string().nullable().describe('What went wrong, or of an e-mail that was taken, for whom it was not'),
  durationMs: z.int(),
  deliveryId: z.string(),
});
export type ChannelTestWire = z.output<typeof channelTestWire>;

const isUuid = ([id]: readonly string[]) => z.uuid().safeParse(id).success;

export const channelsQuery = z.strictObject(pageQuery(1));
export type ChannelsQuery = z.output<typeof channelsQuery>;

export const deliveriesQuery = z.strictObject({
  ...pageQuery(1, isUuid),
  channel: soughtText(100).optional(),
  state: z.enum(DELIVERY_STATES).optional(),
});
export type DeliveriesQuery = z.output<typeof deliveriesQuery>;

export const deliveryPath = z.object({ id: z.uuid('is not the id of a delivery') });
export type DeliveryPath = z.output<typeof deliveryPath>;

export const deliveryWire = z.object({
  id: z.string().describe('The same on each attempt; receivers of webhooks see it as `webhook-id`'),
  channel: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  state: z
    .enum(DELIVERY_STATES)
    .describe('`waiting` also between attempts; `cancelled`: its channel was removed or turned off'),
  notification: z.object({
    id: z.string(),
    topic: z.string(),
    team: z.string().nullable(),
    title: z.string(),
    occurredAt: instantOut,
  }),
  createdAt: instantOut,
  dueAt: instantOut.nullable().describe('When it is tried next; null unless it waits'),
  finishedAt: instantOut.nullable(),
  attempts: z
    .array(
      z.object({
        attempt: z.int(),
        at: instantOut,
        outcome: z
          .enum(ATTEMPT_OUTCOMES)
          .describe('`interrupted`: whoever sent died before it could say what came of it'),
        httpStatus: z.int().nullable(),
        error: z.string().nullable(),
        durationMs: z.int().nullable(),
      }),
    )
    .describe('The latest 20'),
});
export type DeliveryWire = z.output<typeof deliveryWire>;
export const deliveryPage = pageOf(deliveryWire);
