/** A request's events: a slice of an inbox row. */
export interface BatchPlace {
  readonly inboxId: string;
  /** Place of its first event in the row. */
  readonly offset: number;
  readonly count: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BYTES = 16 + 4 + 4;
/** Of places in a row, which are the database's 32-bit integers. */
const PLACE_MAX = 2 ** 31 - 1;

/** Requests that share a row are named one after the other: its own bytes are nearly always there already. */
let lastInboxId = '';
const lastBytes = Buffer.alloc(BYTES);

/** The name under which a request's fate is asked for: opaque to callers, and no table keeps it. */
export function encodeBatchId({ inboxId, offset, count }: BatchPlace): string {
  if (inboxId !== lastInboxId) {
    lastBytes.write(inboxId.replaceAll('-', ''), 'hex');
    lastInboxId = inboxId;
  }
  lastBytes.writeUInt32BE(offset, 16);
  lastBytes.writeUInt32BE(count, 20);
  return lastBytes.toString('base64url');
}

/** Undefined for what names no batch. */
export function decodeBatchId(batchId: string): BatchPlace | undefined {
  if (!/^[\w-]{32}$/.test(batchId)) return undefined;
  const bytes = Buffer.from(batchId, 'base64url');
  if (bytes.length !== BYTES) return undefined;
  const hex = bytes.toString('hex', 0, 16);
  const inboxId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  const place = { inboxId, offset: bytes.readUInt32BE(16), count: bytes.readUInt32BE(20) };
  return UUID.test(inboxId) && place.count > 0 && place.offset + place.count <= PLACE_MAX ? place : undefined;
}
