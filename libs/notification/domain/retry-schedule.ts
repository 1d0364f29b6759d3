/** How often a delivery is tried, over about 21 hours, before it has failed. */
export const ATTEMPTS_MAX = 10;

const FIRST_MS = 30_000;
const FACTOR = 2.5;
/** Of the delay, either way: receivers that were away are not met by all senders at once. */
const JITTER = 0.2;
const DAY_MS = 86_400_000;

/**
 * How long to wait after the n-th attempt in a row, counted from 1: half a minute, then two and a half times as long each time. A
 * receiver that asks for more patience gets it, up to a day. `chance` is from 0 to 1.
 */
export function retryDelayMs(attempt: number, chance: number, retryAfterMs: number | null): number {
  const delayMs = FIRST_MS * FACTOR ** (attempt - 1) * (1 - JITTER + 2 * JITTER * chance);
  return Math.round(Math.min(DAY_MS, Math.max(delayMs, retryAfterMs ?? 0)));
}

/** The `Retry-After` of an answer, in seconds or as a date; null for one that says nothing. */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
