const strict = new TextDecoder('utf-8', { fatal: true });

/** The text of the bytes, a byte order mark left out; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The offset at which bytes that are not UTF-8 stop being it. */
export function invalidUtf8At(bytes: Uint8Array): number {
  // Prefixes are valid up to the fault and invalid beyond it; a character cut at the end of one is no fault yet.
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (isUtf8Prefix(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function isUtf8Prefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
