import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Route configuration that asks for the body's bytes as they came. */
export const RAW_BODY = { rawBody: true } as const;

/** Media types that only routes with `RAW_BODY` read. */
const RAW_TYPES = [
  'application/x-ndjson',
  'application/ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
];

/**
 * Lets routes with `RAW_BODY` have bytes: they are read with their encoding, their faults told apart and kept byte for
 * byte. All other routes get their JSON from Fastify's own parser, as before.
 */
export function parseRawBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = Buffer.from(body);
    if (wantsRaw(request)) done(null, bytes);
    else void parseJson(request, bytes.toString('utf8'), done);
  });
  fastify.addContentTypeParser(RAW_TYPES, { parseAs: 'buffer' }, (request, body, done) => {
    if (wantsRaw(request)) done(null, body);
    else done(new UnsupportedType());
  });
}

/** Fastify answers with the status that an error names. */
class UnsupportedType extends Error {
  readonly statusCode = 415;

  constructor() {
    super('Unsupported Media Type');
  }
}

function wantsRaw({ routeOptions: { config } }: FastifyRequest): boolean {
  return 'rawBody' in config && config.rawBody === true;
}
