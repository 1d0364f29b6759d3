import type { ModelMatch } from './price.js';

const compiled = new Map<string, RegExp>();

/**
 * Whether a clause takes in the name, which must be in lower case. Text is compared without regard to case, as the public
 * price tables mean it; a regular expression is taken as it is written.
 */
export function matchesModel(match: ModelMatch, name: string): boolean {
  if ('or' in match) return match.or.some((clause) => matchesModel(clause, name));
  if ('and' in match) return match.and.every((clause) => matchesModel(clause, name));
  if ('equals' in match) return name === match.equals.toLowerCase();
  if ('starts_with' in match) return name.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return name.endsWith(match.ends_with.toLowerCase());
  if ('contains' in match) return name.includes(match.contains.toLowerCase());
  return patternOf(match.regex).test(name);
}

/** The patterns are those of the price table, a handful. */
function patternOf(source: string): RegExp {
  const known = compiled.get(source);
  if (known) return known;
  const pattern = new RegExp(source);
  compiled.set(source, pattern);
  return pattern;
}

const COMPACT_DATE = /(-)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

/** `gpt-4o-20240806` as `gpt-4o-2024-08-06`: some gateways write a model's date without its dashes. */
export function spellDates(name: string): string {
  return name.replaceAll(COMPACT_DATE, (whole, dash: string, year: string, month: string, day: string) => {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
    return exists ? `${dash}${year}-${month}-${day}` : whole;
  });
}
