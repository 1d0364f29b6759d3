import { formatInstant, formatMicros } from '#calendar';
import { type LineEventsWire, type LineEventWire, toPage } from '#contract';
import { scaledToDecimal } from '#money';
import { CHARGE_UNIT_DECIMALS, type ChargeUnit } from '#rating';
import { type CountedEvent, type LineCounts, type LineEvents, lineId } from '#statement';
import { USAGE_UNIT_DECIMALS, USAGE_UNITS } from '#token';
import { tokensToApi } from './statement-wire.js';

/** Milliseconds of whole microseconds. */
const MS_DECIMALS = 3;

/** A line's events as the API says them; `limit` were asked for, and one more read. */
export function lineEventsToApi(
  { period, state, line, usagePeriod, counted, now, reason, events }: LineEvents,
  limit: number,
): LineEventsWire {
  const { unit } = line;
  const placeOf = ({ event }: CountedEvent) => [event.occurredAt.toString(), event.identity];
  const { data, nextCursor } = toPage(events, limit, placeOf, (counts) => eventToApi(counts, unit));
  return {
    ...{ lineId: lineId(period, line), period, state, usagePeriod, unit },
    counted: countsToApi(counted, unit),
    now: countsToApi(now, unit),
    differs: counted.requests !== now.requests || counted.quantity !== now.quantity,
    reason,
    data: [...data],
    nextCursor,
  };
}

function eventToApi({ event, ...counts }: CountedEvent, unit: ChargeUnit): LineEventWire {
  const { source, id, dimension, parts, units, tags } = event;
  const { team, project, costCenter, apiKey, user, provider, model, pool, region, serviceTier, status } = dimension;
  return {
    ...{ source, id },
    occurredAt: formatMicros(event.occurredAt),
    receivedAt: formatInstant(event.receivedAt),
    ...{ team, project, costCenter, apiKey, user, provider, model, pool, region, tier: serviceTier, status },
    tokens: tokensToApi(event.tokens),
    modalities: Object.fromEntries(parts.map(({ modality, tokens }) => [modality, tokensToApi(tokens)])),
    units: Object.fromEntries(
      USAGE_UNITS.flatMap((of) => {
        const quantity = units[of];
        return quantity === undefined ? [] : [[of, scaledToDecimal(quantity, USAGE_UNIT_DECIMALS[of])]];
      }),
    ),
    inferenceMs: msToApi(event.inferenceMicros),
    prefillMs: msToApi(event.prefillMicros),
    decodeMs: msToApi(event.decodeMicros),
    tags,
    ...countsToApi(counts, unit),
  };
}

function countsToApi({ requests, quantity }: LineCounts, unit: ChargeUnit) {
  return { requests: requests.toString(), quantity: scaledToDecimal(quantity, CHARGE_UNIT_DECIMALS[unit]) };
}

function msToApi(micros: bigint | null): string | null {
  return micros === null ? null : scaledToDecimal(micros, MS_DECIMALS);
}
