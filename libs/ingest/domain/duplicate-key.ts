import { pointerStep } from './refusal.js';

/** An object or array that is open: where it stands, and what it has had so far. */
interface Level {
  readonly pointer: string;
  /** Undefined for an array. */
  readonly keys: Set<string> | undefined;
  /** The pointer of the member or element at hand. */
  current: string;
  length: number;
}

/**
 * The pointer of the first key that an object in the text has twice; undefined when there is none. `__proto__` is no
 * other key here. The text is JSON; strings compare by what they say, not by how they are escaped.
 */
export function duplicateKeyIn(text: string): string | undefined {
  const levels: Level[] = [];
  let expectKey = false;
  for (let at = 0; at < text.length; ) {
    const sign = text[at];
    const end = sign === '"' ? stringEnd(text, at) : at + 1;
    const level = levels.at(-1);
    if (sign === '{' || sign === '[') {
      const keys = sign === '{' ? new Set<string>() : undefined;
      levels.push({ pointer: placeOf(level), keys, current: '', length: 0 });
      expectKey = sign === '{';
    } else if (sign === '}' || sign === ']') {
      levels.pop();
      expectKey = false;
    } else if (sign === ',' && level) {
      level.length += 1;
      expectKey = level.keys !== undefined;
    } else if (sign === '"' && expectKey && level?.keys) {
      const key = String(JSON.parse(text.slice(at, end)));
      level.current = level.pointer + pointerStep(key);
      if (level.keys.has(key)) return level.current;
      level.keys.add(key);
      expectKey = false;
    }
    at = end;
  }
  return undefined;
}

/** Where the string that begins at `start` ends. By hand, for a pattern gives up on a string of millions of characters. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}

function placeOf(level: Level | undefined): string {
  if (!level) return '';
  return level.keys ? level.current : level.pointer + pointerStep(level.length);
}
