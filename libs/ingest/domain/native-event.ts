import { TOKEN_CLASSES } from '#token';
import type { UsageEvent } from './usage-event.js';

/** The event as a sender would write it, for people to read and to send again. */
export function toNativeEvent(event: UsageEvent): Record<string, unknown> {
  const { source, id, occurredAt, subject, tokens, tags } = event;
  const counts = TOKEN_CLASSES.map((tokenClass, i) => [tokenClass, tokens[i] ?? 0]);
  const fields: Record<string, unknown> = {
    source,
    id,
    occurredAt: isoMicros(occurredAt),
    ...subject,
    tokens: Object.fromEntries(counts),
    inferenceMs: toMs(event.inferenceMicros),
    prefillMs: toMs(event.prefillMicros),
    decodeMs: toMs(event.decodeMicros),
    tags,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function toMs(micros: number | null): number | null {
  return micros === null ? null : micros / 1000;
}

function isoMicros(at: number): string {
  const seconds = Math.floor(at / 1_000_000);
  const micros = String(at - seconds * 1_000_000).padStart(6, '0');
  return new Date(seconds * 1000).toISOString().replace('.000Z', `.${micros}Z`);
}
