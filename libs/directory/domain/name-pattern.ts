/**
 * Whether a name is one that the pattern means: the pattern's text as it is, `*` standing for any characters, none too. No regular
 * expression, for patterns come from outside. No name is meant by none.
 */
export function matchesPattern(pattern: string, name: string | null | undefined): boolean {
  if (name === null || name === undefined) return false;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === name;
  if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
  let at = head.length;
  const end = name.length - tail.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** How much of a name the pattern says. */
export function literalLength(pattern: string): number {
  return pattern.replaceAll('*', '').length;
}
