/** Bytes `[from, to)` of a file. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/;

/**
 * What a `Range` header asks of a file of so many bytes (RFC 9110, 14.2); undefined: the whole of it, as for a range of another
 * kind or several at once, which one may answer so. `unsatisfiable`: nothing of what it asks is in the file.
 */
export function byteRangeOf(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = RANGE.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first, last, suffix] = match;
  if (first === undefined) {
    const length = Number(suffix);
    return length === 0 || bytes === 0 ? 'unsatisfiable' : { from: Math.max(0, bytes - length), to: bytes };
  }
  const from = Number(first);
  const to = last === undefined || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  // Of no sense at all, it is as if it were not there.
  if (last !== undefined && last !== '' && Number(last) < from) return undefined;
  return from >= bytes ? 'unsatisfiable' : { from, to };
}
