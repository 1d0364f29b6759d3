import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { reservationBody } from '#contract';
import type { Caller, Scope } from '#directory';
import { CALLER_RESOLVERS, type CallerResolver, recallCaller } from './auth/caller-resolver.js';
import { EVENTS_PATH, EVENTS_SCOPE, EventsController } from './events/events.controller.js';
import { FailureException } from './problem/failure.exception.js';
import { failureOfIssues } from './problem/schema-issues.js';
import { RESERVATIONS_PATH, RESERVE_SCOPE, ReservationsController } from './quota/reservations.controller.js';
import { takeShortWay } from './short-way.js';

/**
 * Takes what is asked for each request to a model, usage events and reservations, from callers who are remembered on a short way.
 * Called before the routes are made.
 */
export function shortenRoutes(app: INestApplication, fastify: FastifyInstance): void {
  const resolvers = app.get<readonly CallerResolver[]>(CALLER_RESOLVERS);
  const recallWith = (scope: Scope) => {
    return ({ headers }: FastifyRequest): Caller | undefined => {
      const caller = recallCaller(resolvers, headers);
      return caller?.scopes.has(scope) ? caller : undefined;
    };
  };
  const events = app.get(EventsController);
  takeShortWay(fastify, {
    url: `/${EVENTS_PATH}`,
    recall: recallWith(EVENTS_SCOPE),
    serve: (request, reply, caller) => events.send(request, reply, caller),
  });
  const reservations = app.get(ReservationsController);
  takeShortWay(fastify, {
    url: `/${RESERVATIONS_PATH}`,
    recall: recallWith(RESERVE_SCOPE),
    serve: async (request, reply, caller) =>
      reservations.reserve(valid(reservationBody, request.body), request, reply, caller),
  });
}

/** As the pipe of all other routes has it. */
function valid<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const read = schema.safeParse(body);
  if (!read.success) throw new FailureException(failureOfIssues(read.error.issues));
  return read.data;
}
