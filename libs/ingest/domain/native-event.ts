import { formatMicros } from '#calendar';
import { TOKEN_CLASSES, USAGE_UNIT_DECIMALS } from '#token';
import type { EventExtras } from './event-extras.js';
import type { UsageEvent } from './usage-event.js';

/** The event as a sender would write it, for people to read and to send again. */
export function toNativeEvent(event: UsageEvent): Record<string, unknown> {
  const { source, id, occurredAt, subject, tags, extras, reservationId } = event;
  const totals = (extras?.parts ?? []).reduce(
    (sums, part) => sums.map((sum, i) => sum + (part.tokens[i] ?? 0)),
    event.tokens,
  );
  const fields: Record<string, unknown> = {
    source,
    id,
    occurredAt: formatMicros(occurredAt),
    ...subject,
    tokens: byClass(totals),
    inferenceMs: toMs(event.inferenceMicros),
    prefillMs: toMs(event.prefillMicros),
    decodeMs: toMs(event.decodeMicros),
    tags,
    reservationId,
    ...(extras && extrasOf(extras)),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function extrasOf({ parts, units }: EventExtras): Record<string, unknown> {
  const modalities = parts.map(({ modality, tokens }) => [modality, byClass(tokens)]);
  const quantities = units.map(({ unit, quantity }) => [unit, quantity / 10 ** USAGE_UNIT_DECIMALS[unit]]);
  return {
    modalities: modalities.length > 0 ? Object.fromEntries(modalities) : null,
    units: quantities.length > 0 ? Object.fromEntries(quantities) : null,
  };
}

function byClass(tokens: readonly number[]): Record<string, number> {
  return Object.fromEntries(TOKEN_CLASSES.map((tokenClass, i) => [tokenClass, tokens[i] ?? 0]));
}

function toMs(micros: number | null): number | null {
  return micros === null ? null : micros / 1000;
}
