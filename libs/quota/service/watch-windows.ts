import type { EpochMs } from '#calendar';
import { alertsOf, limitFor, type Quota, windowAt } from '../domain/index.js';
import type { AlertDesk, UsedCount, WatchedSeries } from './alert-desk.js';
import { alertKey, leastReached } from './alert-key.js';
import type { Finding } from './alert-notification.js';

/** Windows that ended so lately are looked at once more: what was reached in their last moment is told too. */
const LOOKS_BACK_MS = 3_600_000;
/** There are many of those, and who would hear of one an hour after it? */
const LOOKS_BACK_SHORT_MS = 120_000;
const SHORT_UNITS: ReadonlySet<string> = new Set(['second', 'minute']);

/** What there is to tell of windows of a calendar and of totals: each thing once for each of them. */
export async function* watchWindows(
  desk: AlertDesk,
  accountId: number,
  quotas: readonly Quota[],
  now: EpochMs,
): AsyncGenerator<readonly Finding[]> {
  const bySeries = new Map(quotas.filter(isWatched).map((quota) => [quota.seriesId, quota]));
  const series = [...bySeries.values()].map((quota) => watchedSeries(quota, now));
  for await (const counts of desk.used(accountId, series)) {
    yield counts.flatMap((count) => {
      const quota = bySeries.get(count.name.seriesId);
      return quota ? findingsOf(quota, count, now) : [];
    });
  }
}

function isWatched({ window, actualThresholds, forecastThresholds, anomalies }: Quota): boolean {
  if (window.kind !== 'calendar' && window.kind !== 'total') return false;
  return actualThresholds.length > 0 || forecastThresholds.length > 0 || anomalies;
}

function findingsOf(quota: Quota, { name, used, carried, history }: UsedCount, now: EpochMs): Finding[] {
  const window = windowAt(quota.window, name.start);
  if (window?.start !== name.start) return [];
  const { subject } = name;
  const limit = limitFor(quota, subject, window.limitStart, carried);
  // What was said of a window that is over stands; what it would have come to is known.
  const alerts = alertsOf({ quota, subject, window, limit, used, history }, Math.min(now, window.end));
  return alerts.map((alert) => ({ quota, subject, alert, used, limit, window, key: alertKey(name, alert) }));
}

function watchedSeries(quota: Quota, now: EpochMs): WatchedSeries {
  const isShort = quota.window.kind === 'calendar' && SHORT_UNITS.has(quota.window.unit);
  const isForeseen = !isShort && (quota.forecastThresholds.length > 0 || quota.anomalies);
  return {
    seriesId: quota.seriesId,
    least: isForeseen ? 0n : leastReached(quota),
    endAfter: now - (isShort ? LOOKS_BACK_SHORT_MS : LOOKS_BACK_MS),
    withHistory: quota.anomalies && !isShort,
  };
}
