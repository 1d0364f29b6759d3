import { InvalidArgumentError } from 'commander';

/** `a,b, c` as a list; an empty part is a slip of the pen. */
export function commaList(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('It must be a list separated by commas, without empty parts.');
  return parts;
}
