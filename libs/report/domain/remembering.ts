/**
 * Writes a value of each item. Lines that follow each other have much in common: what is as it was on the one before is not
 * written anew.
 */
export function remembering<I, V, T>(valueOf: (item: I) => V, write: (value: V) => T): (item: I) => T {
  let last: { readonly value: V; readonly written: T } | undefined;
  return (item) => {
    const value = valueOf(item);
    if (last === undefined || last.value !== value) last = { value, written: write(value) };
    return last.written;
  };
}
