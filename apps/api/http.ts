import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Environment } from '#platform';
import { causeOfError } from './problem/cause-of-error.js';
import { sendProblem } from './problem/problem.filter.js';

/** A request id that may be taken over as it is: it ends up in logs and answers. */
const SANE_REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Characters of a name in a path: the longest that can be stored, were each of them percent-encoded, is shorter. */
const MAX_PARAM_LENGTH = 1024;

/** Options for Fastify. A proxy's headers are not believed, for anybody can send them. */
export function fastifyOptions(environment: Environment): FastifyServerOptions {
  return {
    bodyLimit: environment.maxBodyBytes,
    requestTimeout: environment.requestTimeoutMs,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    trustProxy: false,
    logger: false,
    requestIdHeader: false,
    // A path that cannot be decoded never comes as far as the filter.
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      sendProblem(reply, request, causeOfError(error));
    },
    genReqId: (request: Pick<IncomingMessage, 'headers'>) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : randomUUID();
    },
  };
}

/**
 * Every answer names its request, as its log line does. The line is told the id by who writes it: to carry it along in an
 * `AsyncLocalStorage` has Node follow every promise of the process, a twelfth of all it does for an event.
 */
export function identifyRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
}
