/** Every reason for which an event is refused. Stable: callers and the quarantine's filter rely on them. */
export const EVENT_CODES = [
  'event.malformed_json',
  'event.invalid_utf8',
  'event.not_an_object',
  'event.too_deep',
  'event.duplicate_key',
  'event.unknown_field',
  'event.field_missing',
  'event.wrong_type',
  'event.text_empty',
  'event.text_too_long',
  'event.text_invalid',
  'event.provider_or_pool_missing',
  'event.tokens_missing',
  'event.tokens_not_a_number',
  'event.tokens_negative',
  'event.tokens_fractional',
  'event.tokens_too_large',
  'event.tokens_total_mismatch',
  'event.units_not_a_number',
  'event.units_negative',
  'event.units_fractional',
  'event.units_too_large',
  'event.duration_not_a_number',
  'event.duration_negative',
  'event.duration_too_long',
  'event.parts_exceed_total',
  'event.time_invalid',
  'event.time_without_zone',
  'event.time_named_zone',
  'event.time_hour_24',
  'event.time_leap_second',
  'event.time_no_such_date',
  'event.time_no_such_time',
  'event.time_too_early',
  'event.time_too_late',
  'event.too_many_tags',
  'event.tag_key_invalid',
  'event.reservation_id_invalid',
  'event.envelope_invalid',
  'event.envelope_contradicts',
  'event.conflict',
  'event.unprocessable',
] as const;

export type EventCode = (typeof EVENT_CODES)[number];

/** Why an event is not counted. `pointer` is a JSON pointer (RFC 6901) into the event, `''` for the whole of it. */
export interface Refusal {
  readonly code: EventCode;
  readonly pointer: string;
  readonly detail: string;
}

export function refuse(code: EventCode, pointer: string, detail: string): Refusal {
  return { code, pointer, detail };
}

/** One step of a JSON pointer. */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
