import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { CALLER_RESOLVERS, type CallerResolver, recallCaller } from '../auth/caller-resolver.js';
import { EVENTS_PATH, EVENTS_SCOPE, EventsController } from './events.controller.js';
import { takeShortWay } from './short-way.js';

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
