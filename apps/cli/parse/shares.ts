import { parsePairs } from './weights.js';

/** Reads `search=60,ads=40`: percentages by team, as they were written. */
export function parseShares(text: string, option: string): Record<string, string> {
  return Object.fromEntries(parsePairs(text, option));
}
