import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { METRICS, READINESS, type Readiness } from '#platform';
import type { PlatformOptions } from '#platform/nest';
import { logRequests } from '../api/access-log.js';
import { fastifyOptions, identifyRequests } from '../api/http.js';
import { measureRequests } from '../api/metrics/http-metrics.js';
import { serveOpenApi } from '../api/openapi/openapi.js';
import { shortenRoutes } from '../api/shorten-routes.js';
import { IdleSockets } from './idle-sockets.js';
import { ServerModule } from './server.module.js';

const HANG_UP_EVERY_MS = 50;

/** The application, ready to listen. Its database must be migrated. Throws what keeps it from starting. */
export async function createApplication(
  options: PlatformOptions,
  logger: LoggerService | false,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ ...fastifyOptions(options.environment), skipMiddie: true });
  const app = await NestFactory.create<NestFastifyApplication>(ServerModule.forRoot(options), adapter, {
    logger,
    abortOnError: false,
    // Fastify's own parser reads JSON; a form is nothing we take.
    bodyParser: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  identifyRequests(fastify);
  logRequests(fastify);
  hangUpWhenDraining(fastify, app.get<Readiness>(READINESS));
  hangUpOnIdleWhenClosing(fastify);
  measureRequests(fastify, app.get<Registry>(METRICS));
  if (options.environment.role !== 'worker') {
    serveOpenApi(app, fastify);
    shortenRoutes(app, fastify);
  }
  await app.init();
  await fastify.ready();
  return app;
}

/** A connection kept open after its last answer would keep the server from closing. */
function hangUpWhenDraining(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (readiness.isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Also on who connects while the last requests are answered. */
function hangUpOnIdleWhenClosing(fastify: FastifyInstance): void {
  const idle = new IdleSockets(fastify.server);
  fastify.addHook('preClose', (done) => {
    const hangingUp = setInterval(() => {
      // Fastify does so once: an answer that began before and ends after it would leave its connection open.
      fastify.server.closeIdleConnections();
      idle.hangUp();
    }, HANG_UP_EVERY_MS);
    fastify.server.once('close', () => clearInterval(hangingUp));
    // A server that never listened closes without a word.
    if (!fastify.server.listening) clearInterval(hangingUp);
    done();
  });
}

/**
 * Stops in the order in which nothing is lost: not ready any more, no new requests, the ones in flight answered while the
 * workers still work, the workers' jobs finished, the connections closed.
 */
export async function closeApplication(app: NestFastifyApplication): Promise<void> {
  app.get<Readiness>(READINESS).drain();
  await app.getHttpAdapter().close();
  await app.close();
}
