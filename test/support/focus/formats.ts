import { readDecimal } from './decimal.js';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const UTC_SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** `Tokens`, `1000000 Tokens`, `GB-Hours`, `GB/Hour`, `Units/3 Months`. */
const UNIT = /^(?:[1-9]\d* )?[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)?(?:\/(?:[1-9]\d* )?[A-Z][A-Za-z]*)?$/;
const REPLACEMENT_CHARACTER = '\ufffd';
/** A string before a colon: a key, as long as no value is an object. */
const KEY = /"(?:[^"\\]|\\.)*"(?=\s*:)/g;

export const isNumeric = (text: string): boolean => readDecimal(text) !== undefined;

export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && !Number.isNaN(Date.parse(text));
}

/** A moment that there is (no 30 February), in UTC to the second. */
export function isUtcDateTime(text: string): boolean {
  if (!UTC_SECONDS.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().replace('.000', '') === text;
}

export function isText(text: string): boolean {
  return text.trim() !== '' && !text.includes(REPLACEMENT_CHARACTER);
}

export const isUnit = (text: string): boolean => UNIT.test(text);

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
export const isNationalCurrency = (text: string): boolean => CURRENCIES.has(text);

/** A JSON object of keys that are each there once, with values that are neither objects nor lists. */
export function isKeyValue(text: string): boolean {
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false;
  if (Object.values(parsed).some((value) => typeof value === 'object' && value !== null)) return false;
  return (text.match(KEY) ?? []).length === Object.keys(parsed).length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
