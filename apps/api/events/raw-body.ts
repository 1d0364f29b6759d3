import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodeUtf8 } from '#ingest';

/** Route configuration that asks for the body's bytes as they came. */
export const RAW_BODY = { rawBody: true } as const;
/** The same, of `application/json` alone. */
export const RAW_JSON = { rawBody: 'json' } as const;

/** The same, of whatever type or none. */
export const RAW_ANY = { rawBody: 'any' } as const;

/** Media types that only routes with `RAW_BODY` or `RAW_ANY` read. */
const RAW_TYPES = [
  'application/x-ndjson',
  'application/ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
];

/**
 * Lets routes with `RAW_BODY`, `RAW_JSON` or `RAW_ANY` have bytes: they are read with their encoding, their faults told apart and kept byte for
 * byte. All other routes get their JSON from Fastify's own parser, once its
 * bytes are known to be UTF-8.
 */
export function parseRawBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    if (rawBodyOf(request) !== undefined) return done(null, bytes);
    const text = decodeUtf8(bytes);
    if (text === undefined) done(new RefusedBody(400, 'The body is not UTF-8.'));
    else void parseJson(request, text, done);
  });
  fastify.addContentTypeParser(RAW_TYPES, { parseAs: 'buffer' }, (request, body, done) => {
    const wanted = rawBodyOf(request);
    if (wanted === true || wanted === 'any') done(null, body);
    else done(new RefusedBody(415, 'Unsupported Media Type'));
  });
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (rawBodyOf(request) === 'any') done(null, body);
    else done(new RefusedBody(415, 'Unsupported Media Type'));
  });
}

/** Fastify answers with the status that an error names. */
class RefusedBody extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

function rawBodyOf({ routeOptions: { config } }: FastifyRequest): unknown {
  return 'rawBody' in config ? config.rawBody : undefined;
}
