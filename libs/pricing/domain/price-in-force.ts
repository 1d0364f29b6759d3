import type { EpochMs } from '#calendar';
import type { PriceVersion } from './price.js';

const DAY_MS = 86_400_000;

/** Whether a price holds at the instant: between its ends, and at its time of the day if it has one. */
export function isInForce({ validFrom, validTo, daily }: PriceVersion, at: EpochMs): boolean {
  if (at < validFrom || (validTo !== null && at >= validTo)) return false;
  if (!daily) return true;
  const time = ((at % DAY_MS) + DAY_MS) % DAY_MS;
  const { from, to } = daily;
  return from < to ? time >= from && time < to : time >= from || time < to;
}

/**
 * The price that counts of those given, all of one model and tier: one of the region before one of any region, one of a
 * time of the day before one of all day, then the latest start.
 */
export function priceInForce(versions: readonly PriceVersion[], region: string, at: EpochMs): PriceVersion | undefined {
  let best: PriceVersion | undefined;
  for (const version of versions) {
    if (version.region !== '' && version.region !== region) continue;
    if (!isInForce(version, at)) continue;
    if (!best || ranksBefore(version, best)) best = version;
  }
  return best;
}

function ranksBefore(a: PriceVersion, b: PriceVersion): boolean {
  if (a.region !== b.region) return a.region !== '';
  if ((a.daily === null) !== (b.daily === null)) return a.daily !== null;
  if (a.validFrom !== b.validFrom) return a.validFrom > b.validFrom;
  return BigInt(a.priceVersionId) > BigInt(b.priceVersionId);
}
