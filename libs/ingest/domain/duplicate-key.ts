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

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/**
 * The pointer of the first key that an object in the text has twice; undefined when there is none. `__proto__` is no
 * other key here. The text is JSON; strings compare by what they say, not by how they are escaped.
 */
export function duplicateKeyIn(text: string): string | undefined {
  const levels: Level[] = [];
  let expectKey = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const keys = token === '{' ? new Set<string>() : undefined;
      levels.push({ pointer: placeOf(level), keys, current: '', length: 0 });
      expectKey = token === '{';
    } else if (token === '}' || token === ']') {
      levels.pop();
      expectKey = false;
    } else if (token === ',' && level) {
      level.length += 1;
      expectKey = level.keys !== undefined;
    } else if (expectKey && level?.keys) {
      const key: unknown = JSON.parse(token);
      if (typeof key !== 'string') return undefined;
      level.current = level.pointer + pointerStep(key);
      if (level.keys.has(key)) return level.current;
      level.keys.add(key);
      expectKey = false;
    }
  }
  return undefined;
}

function placeOf(level: Level | undefined): string {
  if (!level) return '';
  return level.keys ? level.current : level.pointer + pointerStep(level.length);
}
