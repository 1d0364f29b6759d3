/** A calendar day, `2026-09-30`. */
export type Day = string;

/** Decimals of a rate of exchange. */
export const FX_RATE_DECIMALS = 12;

/** One version of the rate of a day: one unit of `from` is so many of `to`. */
export interface FxRate {
  readonly fxRateId: string;
  /** ISO 4217. */
  readonly from: string;
  readonly to: string;
  readonly day: Day;
  readonly version: number;
  /** Scaled by 10^`FX_RATE_DECIMALS`, above 0. */
  readonly rate: bigint;
  /** Who says so, such as `ECB`. */
  readonly source: string;
}

/** Days that a rate is taken for after its own, where these have none: rates are not published on every day. */
export const FX_CARRIED_DAYS = 7;

/**
 * The rate that holds for a day: its own, else the latest of the seven days before. Older ones say nothing any more; what has
 * no rate is not converted, for a guess would look like a cost. `rates`: one for each pair of currencies and day.
 */
export function fxRateAt(rates: readonly FxRate[], from: string, to: string, day: Day): FxRate | undefined {
  const oldest = daysBefore(day, FX_CARRIED_DAYS);
  let best: FxRate | undefined;
  for (const rate of rates) {
    if (rate.from !== from || rate.to !== to || rate.day > day || rate.day < oldest) continue;
    if (!best || rate.day > best.day) best = rate;
  }
  return best;
}

/** The day so many days earlier. */
export function daysBefore(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;
