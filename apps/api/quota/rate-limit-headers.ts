import type { FastifyReply } from 'fastify';
import { isCost, type QuotaVerdict, retryAfterSeconds } from '#quota';

const SECOND_MS = 1000;
const PICOS_PER_MILLIONTH = 1_000_000n;
/** Headers have a bound: the quotas with the least left of their limit are told, the answer's body tells all. */
const TOLD_MAX = 8;

/**
 * `RateLimit` and `RateLimit-Policy` as the IETF's draft has them: what is left of each quota and the seconds until its window ends.
 * Numbers there are whole: costs are in millionths of the currency, which the policy's unit (`qu`) says.
 */
export function sendRateLimits(reply: FastifyReply, verdicts: readonly QuotaVerdict[], now: number): void {
  if (verdicts.length === 0) return;
  const told = verdicts.length === 1 ? verdicts : [...verdicts].sort(byShareLeft).slice(0, TOLD_MAX);
  reply.header('ratelimit-policy', told.map(policyOf).join(', '));
  reply.header('ratelimit', told.map((verdict) => stateOf(verdict, now)).join(', '));
}

/** When to come again, where a limit that refuses or throttles was reached. */
export function sendRetryAfter(
  reply: FastifyReply,
  verdicts: readonly QuotaVerdict[],
  now: number,
): number | undefined {
  const reached = verdicts.filter(
    ({ exceeded, refused, quota }) => refused || (exceeded && quota.action === 'throttle'),
  );
  if (reached.length === 0) return undefined;
  const seconds = retryAfterSeconds(reached, now);
  reply.header('retry-after', String(seconds));
  return seconds;
}

function policyOf({ quota, limit, window }: QuotaVerdict): string {
  const seconds = Math.ceil((window.end - (window.counted[0] ?? window.start)) / SECOND_MS);
  const span = quota.window.kind === 'now' ? '' : `;w=${seconds}`;
  const unit = isCost(quota.measure) ? ';qu="millionths"' : '';
  return `"${quota.name}";q=${whole(quota, limit)}${unit}${span}`;
}

function stateOf({ quota, remaining, window }: QuotaVerdict, now: number): string {
  const seconds = Math.max(0, Math.ceil((window.end - now) / SECOND_MS));
  return `"${quota.name}";r=${whole(quota, remaining)}${quota.window.kind === 'now' ? '' : `;t=${seconds}`}`;
}

function whole({ measure }: QuotaVerdict['quota'], amount: bigint): string {
  return (isCost(measure) ? amount / PICOS_PER_MILLIONTH : amount).toString();
}

function byShareLeft(a: QuotaVerdict, b: QuotaVerdict): number {
  const difference = a.remaining * (b.limit || 1n) - b.remaining * (a.limit || 1n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
