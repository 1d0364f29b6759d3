import { z } from 'zod';
import { EVENT_CODES, EVENT_LIMITS } from '#ingest/domain';
import { TOKEN_CLASSES, USAGE_UNIT_DECIMALS, USAGE_UNITS } from '#token';
import { instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

const count = z.number().int().min(0).max(EVENT_LIMITS.tokens).nullish();
const durationMs = z.number().min(0).max(EVENT_LIMITS.durationMs).nullish();
const name = nameText(EVENT_LIMITS.nameLength);
const optionalName = name.nullish();

const tags = z
  .record(
    nameText(EVENT_LIMITS.tagKeyLength),
    z
      .string()
      .max(EVENT_LIMITS.tagValueLength)
      .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must be text without control characters'),
  )
  .refine((record) => Object.keys(record).length <= EVENT_LIMITS.tags, `must not be more than ${EVENT_LIMITS.tags}`);

const tokens = z
  .strictObject({
    inputUncached: count.describe('Input tokens that no cache served'),
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    output: count.describe('Without reasoning'),
    reasoning: count,
    total: count.describe('When given, the sum of the others'),
  })
  .refine(({ total, ...given }) => {
    const sum = TOKEN_CLASSES.reduce((all, tokenClass) => all + (given[tokenClass] ?? 0), 0);
    return typeof total !== 'number' || total === sum;
  }, 'must sum to the total');

const part = z
  .strictObject({
    inputUncached: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    output: count,
    reasoning: count,
  })
  .nullish();

const modalities = z
  .strictObject({ audio: part, image: part, video: part })
  .describe('Which of the tokens are not text: parts of the counts in tokens, disjoint; the rest is text');

const units = z
  .strictObject({
    webSearches: unitCount(0),
    fileSearches: unitCount(0),
    images: unitCount(0).describe('Made, where they are paid by the image'),
    audioSeconds: unitCount(USAGE_UNIT_DECIMALS.audioSeconds).describe('Of input, where it is paid by its length'),
    documentPages: unitCount(0),
    annotatedPages: unitCount(0),
  })
  .describe('What is counted apart from tokens');

function unitCount(decimals: number) {
  const quantity = decimals === 0 ? z.number().int() : z.number();
  return quantity.min(0).max(EVENT_LIMITS.units).nullish();
}

interface Counted {
  readonly tokens?: z.output<typeof tokens> | null | undefined;
  readonly modalities?: z.output<typeof modalities> | null | undefined;
  readonly units?: z.output<typeof units> | null | undefined;
}

function countsSomething(event: Counted): boolean {
  const ofUnit = (unit: (typeof USAGE_UNITS)[number]) =>
    Math.round((event.units?.[unit] ?? 0) * 10 ** USAGE_UNIT_DECIMALS[unit]);
  if (USAGE_UNITS.some((unit) => ofUnit(unit) > 0)) return true;
  return TOKEN_CLASSES.some((tokenClass) => typeof event.tokens?.[tokenClass] === 'number');
}

function modalitiesFit(event: Counted): boolean {
  const parts = Object.values(event.modalities ?? {});
  return TOKEN_CLASSES.every(
    (of) => parts.reduce((sum, counts) => sum + (counts?.[of] ?? 0), 0) <= (event.tokens?.[of] ?? 0),
  );
}

type Duration = number | null | undefined;

/** Whether the parts of a request's time fit into the whole of it. */
function partsFit(event: { inferenceMs?: Duration; prefillMs?: Duration; decodeMs?: Duration }): boolean {
  const micros = (ms: number | null | undefined) => Math.round((ms ?? 0) * 1000);
  if (typeof event.inferenceMs !== 'number') return true;
  const slack = EVENT_LIMITS.durationSlackMs * 1000;
  return micros(event.prefillMs) + micros(event.decodeMs) <= micros(event.inferenceMs) + slack;
}

/**
 * The native usage event, as published. What checks events on their way in is the compiled check of the ingest stage; that
 * both agree on every event is a test.
 */
export const usageEventWire = z
  .strictObject({
    source: nameText(EVENT_LIMITS.idLength).describe(
      'What sent it: a gateway, a cluster. With the id it says which event it is',
    ),
    id: nameText(EVENT_LIMITS.idLength).describe('Of the request, unique within its source'),
    occurredAt: z
      .string()
      .meta({ format: 'date-time', examples: ['2026-11-01T12:00:00.123Z'] })
      .describe('When the request began, with its offset'),
    team: name,
    project: optionalName,
    apiKey: optionalName.describe('The name of the key it was made with, never the key'),
    user: optionalName,
    provider: optionalName.describe('Who is paid for it by the token. Needed without a pool'),
    model: name,
    pool: optionalName.describe('The own capacity it ran on. Needed without a provider'),
    region: optionalName,
    tier: optionalName.describe('Service tier; left out: standard'),
    status: optionalName.describe('Left out: ok'),
    tokens: tokens.nullish().describe('Needed unless units are counted'),
    modalities: modalities.nullish(),
    units: units.nullish(),
    inferenceMs: durationMs,
    prefillMs: durationMs,
    decodeMs: durationMs,
    tags: tags.nullish().describe('Free labels'),
    reservationId: z
      .string()
      .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a UUID')
      .nullish()
      .describe('The reservation that the request was admitted by: it is settled with this event'),
  })
  .refine(
    ({ provider, pool }) => typeof provider === 'string' || typeof pool === 'string',
    'needs a provider or a pool',
  )
  .refine(countsSomething, 'needs at least one count')
  .refine(modalitiesFit, 'modalities must not exceed the tokens that they are parts of')
  .refine(partsFit, 'prefillMs and decodeMs must not exceed inferenceMs')
  .meta({ title: 'UsageEvent', description: 'One request to a model' });

export const cloudEventWire = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().min(1).describe('Stands for the id of data when that has none'),
    source: z.string().min(1).describe('Stands for the source of data when that has none'),
    type: z.string().min(1),
    time: z
      .string()
      .meta({ format: 'date-time' })
      .optional()
      .describe('Stands for the occurredAt of data when that has none'),
    data: z
      .record(z.string(), z.unknown())
      .describe('A native event; source, id and occurredAt may be left to the envelope'),
  })
  .meta({ title: 'CloudEvent', description: 'CloudEvents 1.0 in structured mode' });

const quarantineId = z.string().describe('Where the event is kept: GET /v1/quarantine/{quarantineId}');

const fault = {
  code: z.enum(EVENT_CODES),
  pointer: z.string().describe('JSON pointer into the event'),
  detail: z.string(),
};

export const eventOutcomeWire = z.discriminatedUnion('outcome', [
  z.object({ index: z.int(), outcome: z.literal('accepted') }),
  z.object({ index: z.int(), outcome: z.literal('duplicate') }).describe('Counted before; it changes nothing'),
  z.object({ index: z.int(), outcome: z.literal('rejected'), ...fault, quarantineId }),
]);

/** What became of the events of one request. */
export const batchWire = z
  .object({
    batchId: z.string(),
    state: z.enum(['pending', 'done']).describe('Done: every event is in the sums, or its outcome says why not'),
    receivedAt: instantOut,
    finishedAt: instantOut.nullable(),
    received: z.int(),
    accepted: z.int().describe('While pending: taken in. Then: counted, and not before'),
    duplicates: z.int(),
    rejected: z.int(),
    events: z.array(eventOutcomeWire).describe('While pending only the rejected ones; then all. Ascending by index'),
  })
  .meta({ id: 'Batch' });
export type BatchWire = z.output<typeof batchWire>;

export const batchPath = z.object({ batchId: z.string().max(100) });
export type BatchPath = z.output<typeof batchPath>;

const STATES = ['open', 'replayed', 'discarded'] as const;

const quarantinedFields = {
  quarantineId,
  receivedAt: instantOut,
  state: z.enum(STATES),
  ...fault,
  source: z.string().nullable(),
  id: z.string().nullable().describe('As the event calls itself, where that can be told'),
  resolvedAt: instantOut.nullable(),
  resolvedBy: z.string().nullable().describe('The id of the key that did it'),
  replayBatchId: z.string().nullable(),
  discardReason: z.string().nullable(),
};

export const quarantinedWire = z.object(quarantinedFields);
export type QuarantinedWire = z.output<typeof quarantinedWire>;
export const quarantinePage = pageOf(quarantinedWire);

export const quarantinedWithRawWire = z
  .object({
    ...quarantinedFields,
    raw: z.string().describe('The event as it came, byte for byte'),
    rawEncoding: z.enum(['utf8', 'base64']).describe('Base64 when the bytes are not UTF-8'),
  })
  .meta({ id: 'QuarantinedEvent' });
export type QuarantinedWithRawWire = z.output<typeof quarantinedWithRawWire>;

export const quarantineQuery = z.strictObject({
  state: z.enum(STATES).optional(),
  code: z.enum(EVENT_CODES).optional(),
  ...pageQuery(1, ([id]) => z.uuid().safeParse(id).success),
});
export type QuarantineQuery = z.output<typeof quarantineQuery>;

export const quarantinePath = z.object({ quarantineId: z.uuid('is not the id of a quarantined event') });
export type QuarantinePath = z.output<typeof quarantinePath>;

/** As published; what reads it is the ingest stage, for which a key that is there twice is not lost. */
export const replayBody = z.strictObject({
  event: z.unknown().optional().describe('The event put right; left out: as it came'),
});

export const replayedWire = z.object({
  quarantineId,
  batchId: z.string().describe('GET /v1/batches/{batchId} tells its fate'),
});
export type ReplayedWire = z.output<typeof replayedWire>;

export const discardBody = z.strictObject({ reason: nameText(500).describe('Kept with the event') });
export type DiscardBody = z.output<typeof discardBody>;
