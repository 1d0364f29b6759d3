import { randomFillSync } from 'node:crypto';
import type { Clock } from '#calendar';

/** A clock set back by more than this is followed; by less, ids go on from the latest. */
const FOLLOW_BACK_MS = 10_000;
const COUNTER_END = 0x1000;
const RANDOM_BYTES = 10;
/** Asking for many random bytes costs hardly more than asking for few. */
const IDS_AHEAD = 400;

/**
 * A source of UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter, 62 random bits. Ids of one source
 * sort in the order they were made, also within a millisecond.
 */
export function createUuidv7(clock: Clock): () => string {
  const ahead = Buffer.alloc(RANDOM_BYTES * IDS_AHEAD);
  let random = ahead.subarray(0, 0);
  let used = ahead.length;
  let lastMs = -1;
  let counter = 0;

  function draw(): void {
    if (used === ahead.length) {
      randomFillSync(ahead);
      used = 0;
    }
    random = ahead.subarray(used, (used += RANDOM_BYTES));
  }

  function tick(): void {
    const now = clock.now();
    if (now > lastMs || now < lastMs - FOLLOW_BACK_MS) {
      lastMs = now;
      // The upper half is left for ids of the same millisecond.
      counter = random.readUInt16BE(8) & 0x7ff;
      return;
    }
    counter += 1;
    if (counter < COUNTER_END) return;
    lastMs += 1;
    counter = 0;
  }

  return () => {
    draw();
    tick();
    const time = lastMs.toString(16).padStart(12, '0');
    const version = (0x7000 | counter).toString(16);
    const variant = (0x8000 | (random.readUInt16BE(0) & 0x3fff)).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${random.toString('hex', 2, 8)}`;
  };
}
