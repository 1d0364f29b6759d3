import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#directory';
import { CALLER_RESOLVERS, type CallerResolver, recallCaller } from '../auth/caller-resolver.js';
import { EVENTS_PATH, EVENTS_SCOPE, EventsController } from './events.controller.js';

/** A route and how a request of it is served once its caller is known. */
export interface ShortWay {
  readonly url: string;
  /** The caller, when nobody need be asked and the scopes reach; undefined says nothing. */
  recall(request: FastifyRequest): Caller | undefined;
  serve(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void>;
}

/** Takes events from callers who are remembered on a short way. Called before the routes are made. */
export function shortenEvents(app: INestApplication, fastify: FastifyInstance): void {
  const resolvers = app.get<readonly CallerResolver[]>(CALLER_RESOLVERS);
  const controller = app.get(EventsController);
  takeShortWay(fastify, {
    url: `/${EVENTS_PATH}`,
    recall({ headers }) {
      const caller = recallCaller(resolvers, headers);
      return caller?.scopes.has(EVENTS_SCOPE) ? caller : undefined;
    },
    serve: (request, reply, caller) => controller.send(request, reply, caller),
  });
}

/**
 * Serves `POST`s to the route without Nest's pipeline of guards, pipes and interceptors, which is a dozen promises for each
 * request: a tenth of all that a single event costs. Only those whose caller can be recalled; all others, among them
 * whoever is to be refused, go Nest's way. Hooks, body parsing and the rendering of errors are Fastify's and the same
 * on both.
 */
export function takeShortWay(fastify: FastifyInstance, { url, recall, serve }: ShortWay): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url !== url || route.method !== 'POST') return;
    const wholeWay = route.handler;
    route.handler = (request, reply) => {
      const caller = recall(request);
      return caller ? serve(request, reply, caller) : wholeWay.call(fastify, request, reply);
    };
  });
}
