import { MODALITIES, type Modality, TOKEN_CLASSES, USAGE_UNIT_DECIMALS, USAGE_UNITS, type UsageUnit } from '#token';
import { EVENT_LIMITS } from './event-limits.js';
import { type FieldReader, isRecord, typeName } from './fields.js';

/** Tokens of one modality, by class in the order of `TOKEN_CLASSES`; not all 0. */
export interface ModalityPart {
  readonly modality: Modality;
  readonly tokens: readonly number[];
}

/** `quantity` is scaled by 10^`USAGE_UNIT_DECIMALS[unit]` and not 0. */
export interface UnitCount {
  readonly unit: UsageUnit;
  readonly quantity: number;
}

/** What an event counts beside tokens of text: not both lists are empty, each in the order of its names. */
export interface EventExtras {
  readonly parts: readonly ModalityPart[];
  readonly units: readonly UnitCount[];
}

/** Null when the event has nothing but text, as nearly every one. */
export function readExtras(reader: FieldReader, event: Record<string, unknown>): EventExtras | null {
  const { modalities, units } = event;
  if (modalities === undefined && units === undefined) return null;
  const extras = { parts: readParts(reader, modalities), units: readUnits(reader, units) };
  return extras.parts.length + extras.units.length === 0 ? null : extras;
}

/** What is left of an event's counts when its parts of other modalities are taken out: its text. */
export function textOf(reader: FieldReader, tokens: readonly number[], { parts }: EventExtras): readonly number[] {
  return tokens.map((total, i) => {
    const sum = parts.reduce((all, part) => all + (part.tokens[i] ?? 0), 0);
    if (sum > total) {
      const pointer = `/tokens/${TOKEN_CLASSES[i] ?? ''}`;
      reader.refuse('event.parts_exceed_total', pointer, `is ${total}, but its modalities sum to ${sum}`);
    }
    return total - sum;
  });
}

function readParts(reader: FieldReader, value: unknown): ModalityPart[] {
  const given = recordOf(reader, value, '/modalities');
  return MODALITIES.flatMap((modality) => {
    const pointer = `/modalities/${modality}`;
    const counts = recordOf(reader, given[modality], pointer);
    const tokens = TOKEN_CLASSES.map((of) => reader.tokens(counts[of], `${pointer}/${of}`) ?? 0);
    return tokens.some((count) => count > 0) ? [{ modality, tokens }] : [];
  });
}

function readUnits(reader: FieldReader, value: unknown): UnitCount[] {
  const given = recordOf(reader, value, '/units');
  return USAGE_UNITS.flatMap((unit) => {
    const quantity = readQuantity(reader, given[unit], unit);
    return quantity > 0 ? [{ unit, quantity }] : [];
  });
}

/** Scaled, half up beyond the unit's decimals; 0 when there is none. */
function readQuantity(reader: FieldReader, value: unknown, unit: UsageUnit): number {
  if (value === undefined) return 0;
  reader.members += 1;
  if (value === null) return 0;
  const pointer = `/units/${unit}`;
  const decimals = USAGE_UNIT_DECIMALS[unit];
  if (typeof value !== 'number') {
    reader.refuse('event.units_not_a_number', pointer, `must be a number, is ${typeName(value)}`);
  } else if (value < 0) {
    reader.refuse('event.units_negative', pointer, 'must not be negative');
  } else if (value > EVENT_LIMITS.units) {
    reader.refuse('event.units_too_large', pointer, `must not be more than ${EVENT_LIMITS.units}`);
  } else if (decimals === 0 && !Number.isInteger(value)) {
    reader.refuse('event.units_fractional', pointer, 'must be a whole number');
  } else {
    return Math.round(value * 10 ** decimals);
  }
  return 0;
}

/** A field's own object; empty when it has none. Its members are for the caller to count. */
function recordOf(reader: FieldReader, value: unknown, pointer: string): Record<string, unknown> {
  if (value === undefined) return {};
  reader.members += 1;
  if (isRecord(value)) return value;
  if (value !== null) reader.refuse('event.wrong_type', pointer, `must be an object, is ${typeName(value)}`);
  return {};
}
