import type { EpochMs } from '#calendar';
import { alertPeriodStart, limitFor, type Quota, thresholdsReached } from '../domain/index.js';
import type { AlertDesk } from './alert-desk.js';
import { versionedAlertKey } from './alert-key.js';
import type { Finding } from './alert-notification.js';

/** What there is to tell of requests under way: thresholds that they are at or above at this moment, each once in each period. */
export async function* watchHeld(
  desk: AlertDesk,
  accountId: number,
  quotas: readonly Quota[],
  now: EpochMs,
): AsyncGenerator<readonly Finding[]> {
  const watched = quotas.filter(({ window, actualThresholds }) => window.kind === 'now' && actualThresholds.length > 0);
  if (watched.length === 0) return;
  const bySeries = new Map(watched.map((quota) => [quota.seriesId, quota]));
  const start = alertPeriodStart({ kind: 'now' }, now);
  const amounts = await desk.held(accountId, [...bySeries.keys()], now);
  yield amounts.flatMap(({ seriesId, subject, held: used }) => {
    const quota = bySeries.get(seriesId);
    if (!quota) return [];
    const limit = limitFor(quota, subject, now, 0n);
    return thresholdsReached(quota, used, limit).map((alert): Finding => {
      const key = versionedAlertKey(quota, { accountId, seriesId, subject, start }, alert);
      return { quota, subject, alert, used, limit, window: null, key };
    });
  });
}
