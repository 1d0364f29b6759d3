import type { EpochMs } from '#calendar';
import { type Crossing, crossingsOf, type Quota, type RollingQuota, rollingLookBack } from '../domain/index.js';
import type { AlertDesk } from './alert-desk.js';
import { leastReached, versionedAlertKey } from './alert-key.js';
import type { Finding } from './alert-notification.js';

/** What there is to tell of rolling windows: thresholds as they are crossed, each once in each period. */
export async function* watchRolling(
  desk: AlertDesk,
  accountId: number,
  quotas: readonly Quota[],
  now: EpochMs,
): AsyncGenerator<readonly Finding[]> {
  for (const quota of quotas.filter(isWatched)) {
    const { needed: from } = rollingLookBack(quota.window, now);
    const series = { seriesId: quota.seriesId, least: leastReached(quota), from };
    for await (const counts of desk.slices(accountId, series)) {
      yield counts.flatMap((count) =>
        crossingsOf(quota, count, now).map((crossing) => findingOf(accountId, quota, count.subject, crossing)),
      );
    }
  }
}

function isWatched(quota: Quota): quota is RollingQuota {
  return quota.window.kind === 'rolling' && quota.actualThresholds.length > 0;
}

function findingOf(accountId: number, quota: Quota, subject: string, crossing: Crossing): Finding {
  const { percent, periodStart, used, limit, start, end } = crossing;
  const alert = { kind: 'actual', percent } as const;
  const key = versionedAlertKey(quota, { accountId, seriesId: quota.seriesId, subject, start: periodStart }, alert);
  return { quota, subject, alert, used, limit, window: { start, end }, key };
}
