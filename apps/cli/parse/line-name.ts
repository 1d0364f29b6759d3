import { InvalidArgumentError } from 'commander';
import { usageError } from '../exit-code.js';

/** A line's id, or its digits alone. */
export function lineName(text: string): string {
  if (/^(\d{4}-\d{2}\.)?[0-9a-f]{6,20}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an id such as 2023-11.5f0c1d2e3b4a59687766, or its digits.');
}

/** The id of a line that is named by it, or by its digits and the month. */
export function lineIdOf(line: string, period: string | undefined): string {
  const [month, digits] = line.split('.');
  if (digits === undefined) {
    if (period === undefined) throw usageError('digits alone name a line only with --period');
    return `${period}.${line}`;
  }
  if (period !== undefined && period !== month)
    throw usageError(`${line} is a line of ${month ?? ''}, not of ${period}`);
  return line;
}
