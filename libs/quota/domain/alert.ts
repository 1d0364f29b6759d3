import type { EpochMs } from '#calendar';
import type { QuotaAmount } from './measure.js';
import type { Quota } from './quota.js';
import type { QuotaWindow } from './window.js';

/** What a subject used in a window, and what it used in those before. */
export interface WatchedCount {
  readonly quota: Quota;
  readonly subject: string;
  readonly window: QuotaWindow;
  readonly limit: QuotaAmount;
  /** Metered, or settled and not metered yet. What is only held has not been used. */
  readonly used: QuotaAmount;
  /** What windows before came to, in any order. */
  readonly history: readonly QuotaAmount[];
}

/**
 * `actual`: the share of the limit that was used. `forecast`: the share that the window will come to if it goes on like this. `anomaly`:
 * more than the subject's own windows before, and far outside of what they differ by.
 */
export type Alert =
  | { readonly kind: 'actual'; readonly percent: number }
  | { readonly kind: 'forecast'; readonly percent: number; readonly forecast: QuotaAmount }
  | { readonly kind: 'anomaly'; readonly usual: QuotaAmount };

const HUNDRED = 100n;
/** A forecast from less of a window than this says nothing. */
const FORECAST_FROM_PERCENT = 10n;
/** Of shorter windows a forecast would come after the fact, and what is unusual would be so all the time. */
const FORECAST_LEAST_MS = 3_600_000;
const HISTORY_LEAST = 7;
/** Times the median distance from the median: of figures that differ at random one in some ten thousand is beyond. */
const FAR = 6n;

/** Whether an amount is at a per cent of the limit or above. Nothing never is. */
export function reached(amount: QuotaAmount, limit: QuotaAmount, percent: number): boolean {
  return amount > 0n && amount * HUNDRED >= limit * BigInt(percent);
}

/** The thresholds that an amount has reached. */
export function thresholdsReached(
  { actualThresholds }: Quota,
  amount: QuotaAmount,
  limit: QuotaAmount,
): Extract<Alert, { kind: 'actual' }>[] {
  return actualThresholds
    .filter((percent) => reached(amount, limit, percent))
    .map((percent) => ({ kind: 'actual', percent }));
}

/** All that there is to tell of a count of a calendar's window or a total now; what was told before is among it. */
export function alertsOf(count: WatchedCount, at: EpochMs): Alert[] {
  const { quota, used, limit } = count;
  const alerts: Alert[] = thresholdsReached(quota, used, limit);
  const forecast = forecastOf(count, at);
  if (forecast !== undefined) {
    for (const percent of quota.forecastThresholds)
      if (reached(forecast, limit, percent)) alerts.push({ kind: 'forecast', percent, forecast });
  }
  const usual = quota.anomalies ? unusualAgainst(count) : undefined;
  if (usual !== undefined) alerts.push({ kind: 'anomaly', usual });
  return alerts;
}

/**
 * What the window comes to if it goes on as it began; undefined: it is too early or too short to say. A rolling window has no end that it
 * could be forecast to come to.
 */
export function forecastOf({ quota, window, used }: WatchedCount, at: EpochMs): QuotaAmount | undefined {
  if (quota.window.kind !== 'calendar' && quota.window.kind !== 'total') return undefined;
  const [length, passed] = [window.end - window.start, at - window.start];
  if (length < FORECAST_LEAST_MS || passed <= 0 || at >= window.end) return undefined;
  if (BigInt(passed) * HUNDRED < BigInt(length) * FORECAST_FROM_PERCENT) return undefined;
  return (used * BigInt(length)) / BigInt(passed);
}

/** The median of the windows before, if this one is unlike them; undefined: it is not, or there are too few. */
function unusualAgainst({ quota, window, used, history }: WatchedCount): QuotaAmount | undefined {
  if (quota.window.kind !== 'calendar' || history.length < HISTORY_LEAST) return undefined;
  if (window.end - window.start < FORECAST_LEAST_MS) return undefined;
  const usual = medianOf(history);
  const spread = medianOf(history.map((amount) => (amount > usual ? amount - usual : usual - amount)));
  // Windows that are all alike differ by nothing: twice as much is the least that is unlike them.
  const isFar = used > usual * 2n && used > usual + FAR * spread;
  return isFar ? usual : undefined;
}

function medianOf(amounts: readonly QuotaAmount[]): QuotaAmount {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)] ?? 0n;
}
