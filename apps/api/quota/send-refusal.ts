import type { FastifyReply, FastifyRequest } from 'fastify';
import type { QuotaVerdict } from '#quota';
import { sendProblem } from '../problem/problem.filter.js';
import { verdictToApi } from './reservation-wire.js';

/** 429 with every quota that refused. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  verdicts: readonly QuotaVerdict[],
  retryAfterSeconds: number | undefined,
): void {
  const refused = verdicts.filter((verdict) => verdict.refused);
  const names = refused.map(({ quota }) => quota.name).join(', ');
  sendProblem(reply, request, {
    status: 429,
    code: 'quota.exceeded',
    detail: `The request would pass the limit of ${names}.`,
    retryAfterSeconds,
    more: { quotas: refused.map(verdictToApi) },
  });
}
