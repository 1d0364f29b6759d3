import type { ApiOperationOptions } from '@nestjs/swagger';
import { z } from 'zod';
import { cloudEventWire, replayBody, usageEventWire } from '#contract';

type RequestBody = NonNullable<ApiOperationOptions['requestBody']>;

const EXAMPLE = {
  source: 'gateway-eu',
  id: 'req_01',
  occurredAt: '2026-11-01T12:00:00.123Z',
  team: 'search',
  model: 'llama-3.3-70b',
  pool: 'h100-east',
  tokens: { inputUncached: 1200, cacheRead: 800, output: 350 },
};

/** The bodies of `POST /v1/events` by media type, for the published document. */
export const EVENT_BODY: RequestBody = {
  required: true,
  content: {
    'application/json': {
      schema: { oneOf: [schemaOf(usageEventWire), { type: 'array', items: schemaOf(usageEventWire) }] },
      example: EXAMPLE,
    },
    'application/x-ndjson': { schema: { type: 'string', description: 'One UsageEvent a line' } },
    'application/cloudevents+json': { schema: schemaOf(cloudEventWire) },
    'application/cloudevents-batch+json': { schema: { type: 'array', items: schemaOf(cloudEventWire) } },
  },
};

/** The body of `POST /v1/quarantine/{quarantineId}/replay`. */
export const REPLAY_BODY: RequestBody = {
  required: false,
  content: { 'application/json': { schema: schemaOf(replayBody), example: { event: EXAMPLE } } },
};

function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return rest;
}
