import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** One line a request: what went well at debug, for there may be thousands a second, what did not at info. */
export function logRequests(fastify: FastifyInstance): void {
  const logger = new Logger('Http');
  fastify.addHook('onResponse', (request, reply, done) => {
    const isRefused = reply.statusCode >= 400;
    if (!isRefused && !Logger.isLevelEnabled('debug')) return done();
    const line = {
      requestId: request.id,
      method: request.method,
      path: request.url.replace(/\?.*$/s, ''),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (isRefused) logger.log('request refused', line);
    else logger.debug('request served', line);
    done();
  });
}
