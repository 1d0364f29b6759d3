import type { EventMeasure, MeteredEvent } from '#metering/domain';
import { CHARGE_UNIT_OF, type ChargeKind, REQUEST_CARRIER } from '#rating/domain';
import { USAGE_UNITS, type UsageUnit } from '#token';
import type { LineAmounts, LineFields } from '../line.js';

/** What events come to on a line. */
export type LineCounts = Pick<LineAmounts, 'requests' | 'quantity'>;

/** An event, and what of the line it is. */
export interface CountedEvent extends LineCounts {
  readonly event: MeteredEvent;
}

const OF_USAGE: ReadonlySet<ChargeKind> = new Set<ChargeKind>(['used', 'unattributed', 'unpriced']);

/** Whether events may be behind a line. There are none behind capacity that stood idle, shared cost and adjustments. */
export function isOfUsage({ kind, model }: LineFields): boolean {
  return model !== null && OF_USAGE.has(kind);
}

/** What of a request a line counts apart from tokens; undefined: tokens, requests or seconds. */
export function usageUnitOf({ unit }: LineFields): UsageUnit | undefined {
  return USAGE_UNITS.find((usageUnit) => CHARGE_UNIT_OF[usageUnit] === unit);
}

/** What an event must count some of to be behind a line. */
export function measureOf(line: LineFields): EventMeasure {
  const unit = usageUnitOf(line);
  if (unit) return { of: 'unit', unit };
  const { tokenClass, modality } = line;
  // The requests are on one class's line, whether they have tokens of it or not.
  const hasRequests = tokenClass === REQUEST_CARRIER && modality === null;
  return tokenClass === null || hasRequests ? { of: 'requests' } : { of: 'tokens', tokenClass, modality };
}

/** What one event adds to a line that it is behind: over all of them it is what the line counts. */
export function countsOf(line: LineFields, event: MeteredEvent): LineCounts {
  const { tokenClass, modality, unit, pool } = line;
  const usageUnit = usageUnitOf(line);
  if (usageUnit) return { requests: 0n, quantity: event.units[usageUnit] ?? 0n };
  if (tokenClass !== null) {
    const counted = modality === null ? event : event.parts.find((part) => part.modality === modality);
    const requests = tokenClass === REQUEST_CARRIER && modality === null ? 1n : 0n;
    return { requests, quantity: counted?.tokens[tokenClass] ?? 0n };
  }
  // A provider's price for a request: the request itself is counted with its tokens.
  const requests = pool === null ? 0n : 1n;
  return { requests, quantity: unit === 'requests' ? 1n : (event.inferenceMicros ?? 0n) };
}
