const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d+)"?\s*(?:$|[,;])/i;

/** Milliseconds that a request prefers to wait for its answer (RFC 7240), at most `maxMs`; 0 when it does not. */
export function preferredWaitMs(prefer: string | readonly string[] | undefined, maxMs: number): number {
  const text = typeof prefer === 'string' ? prefer : (prefer ?? []).join();
  const seconds = WAIT.exec(text)?.[1];
  return seconds === undefined ? 0 : Math.min(Number(seconds) * 1000, maxMs);
}
