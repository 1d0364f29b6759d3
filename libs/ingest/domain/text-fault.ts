import { type Refusal, refuse } from './refusal.js';

/** In the u mode only halves that are not part of a pair match. */
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * What keeps a text from being kept, shown and compared: nothing in it, too much, blanks at its ends (they make two teams
 * that look like one), control characters (Postgres holds no NUL) and halves of surrogate pairs (UTF-8 holds none).
 */
export function textFault(text: string, pointer: string, maxLength: number): Refusal | undefined {
  if (text.length === 0) return refuse('event.text_empty', pointer, 'must not be empty');
  if (text.length > maxLength) return tooLong(pointer, maxLength);
  return unprintable(text, pointer) ?? blankEnds(text, pointer);
}

/** The same for a text that may be empty and padded, as a tag's value may. */
export function looseTextFault(text: string, pointer: string, maxLength: number): Refusal | undefined {
  return text.length > maxLength ? tooLong(pointer, maxLength) : unprintable(text, pointer);
}

function tooLong(pointer: string, maxLength: number): Refusal {
  return refuse('event.text_too_long', pointer, `must not be longer than ${maxLength} characters`);
}

function unprintable(text: string, pointer: string): Refusal | undefined {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) {
      return refuse('event.text_invalid', pointer, `must not hold control characters (U+${hex(unit)} at ${i})`);
    }
    if (unit >= 0xd800 && unit <= 0xdfff)
      return LONE_SURROGATE.test(text) ? lonely(pointer) : restUnprintable(text, pointer);
  }
  return undefined;
}

/** For the rare text beyond the basic plane, whose surrogates are known to be pairs. */
function restUnprintable(text: string, pointer: string): Refusal | undefined {
  const control = /\p{Cc}/u.exec(text);
  if (!control) return undefined;
  const unit = control[0].charCodeAt(0);
  return refuse('event.text_invalid', pointer, `must not hold control characters (U+${hex(unit)} at ${control.index})`);
}

function lonely(pointer: string): Refusal {
  return refuse('event.text_invalid', pointer, 'must not hold half of a surrogate pair');
}

function blankEnds(text: string, pointer: string): Refusal | undefined {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  // Blanks are U+0020 and some beyond ASCII; the controls among them are refused already.
  const suspect = first === 0x20 || last === 0x20 || first > 0x7f || last > 0x7f;
  if (!suspect || text === text.trim()) return undefined;
  return refuse('event.text_invalid', pointer, 'must not begin or end with blanks');
}

function hex(unit: number): string {
  return unit.toString(16).toUpperCase().padStart(4, '0');
}
