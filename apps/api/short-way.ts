import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#directory';

/** A route and how a request of it is served once its caller is known. */
export interface ShortWay {
  readonly url: string;
  /** The caller, when nobody need be asked and the scopes reach; undefined says nothing. */
  recall(request: FastifyRequest): Caller | undefined;
  serve(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void>;
}

/**
 * Serves `POST`s to the route without Nest's pipeline of guards, pipes and interceptors, which is a dozen promises for each
 * request: a tenth of all that a single event costs. Only those whose caller can be recalled; all others, among them
 * whoever is to be refused, go Nest's way. Hooks, body parsing and the rendering of errors are Fastify's and the same
 * on both; a guard or interceptor made for all routes would have to be called here too.
 */
export function takeShortWay(fastify: FastifyInstance, way: ShortWay): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url !== way.url || route.method !== 'POST') return;
    const wholeWay = route.handler;
    route.handler = (request, reply) => {
      const caller = way.recall(request);
      return caller ? way.serve(request, reply, caller) : wholeWay.call(fastify, request, reply);
    };
  });
}
