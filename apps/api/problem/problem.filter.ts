import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { causeOfError } from './cause-of-error.js';
import { type ProblemCause, toProblem } from './problem.js';

/** Renders whatever a request throws as problem+json, and logs what is ours to mend. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const cause = causeOfError(error);
    if (cause.status >= 500)
      this.logger.error(error instanceof Error ? error : new Error(String(error)), { requestId: request.id });
    if (reply.sent) {
      // The answer has begun; to cut it off is the one way left to say that it is not whole.
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, request, cause);
  }
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, cause: ProblemCause): void {
  const { status, retryAfterSeconds } = cause;
  reply.removeHeader('content-length');
  reply.removeHeader('content-disposition');
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer');
  const instance = request.url.replace(/\?.*$/s, '');
  const problem = toProblem(cause, instance, request.id);
  // Serialized here, or the content type would be taken from the payload.
  void reply.status(status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
}
