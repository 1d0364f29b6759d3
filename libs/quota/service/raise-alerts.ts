import { type Clock, type EpochMs, formatInstant } from '#calendar';
import { formatPicos } from '#money';
import type { Notification } from '#notification';
import {
  type Alert,
  alertsOf,
  countKey,
  isCost,
  limitFor,
  type Quota,
  type QuotaAmount,
  type WatchedCount,
  windowAt,
} from '../domain/index.js';
import type { AlertDesk, UsedCount, WatchedSeries } from './alert-desk.js';
import type { QuotaCatalogs } from './quota-catalogs.js';

/** Windows that ended so lately are looked at once more: what was reached in their last moment is told too. */
const LOOKS_BACK_MS = 3_600_000;
/** There are many of those, and who would hear of one an hour after it? */
const LOOKS_BACK_SHORT_MS = 120_000;
const SHORT_UNITS: ReadonlySet<string> = new Set(['second', 'minute']);
/** Keys of what was told; those forgotten are told again to the outbox, which knows them. */
const TOLD_MAX = 100_000;

/**
 * Tells what quotas are about to be used up. It keeps nothing: what there is to tell follows from the counts, and the outbox takes
 * each thing once. So nothing is lost and nothing is told twice, whoever dies when.
 */
export class RaiseAlerts {
  private readonly told = new Set<string>();

  constructor(
    private readonly catalogs: QuotaCatalogs,
    private readonly desk: AlertDesk,
    private readonly clock: Clock,
  ) {}

  async run(accountId: number): Promise<void> {
    const { index } = await this.catalogs.of(accountId);
    const watched = index.quotas.filter(isWatched);
    if (watched.length === 0) return;
    const now = this.clock.now();
    const bySeries = new Map(watched.map((quota) => [quota.seriesId, quota]));
    const series = watched.map((quota) => watchedSeries(quota, now));
    for await (const counts of this.desk.used(accountId, series)) {
      const notifications = counts.flatMap((count) => {
        const quota = bySeries.get(count.name.seriesId);
        return quota ? this.notificationsOf(quota, count, now) : [];
      });
      if (notifications.length > 0) await this.tell(notifications);
    }
  }

  private async tell(notifications: readonly Notification[]): Promise<void> {
    await this.desk.tell(notifications);
    if (this.told.size + notifications.length > TOLD_MAX) this.told.clear();
    for (const { deduplicationKey } of notifications) this.told.add(deduplicationKey);
  }

  private notificationsOf(quota: Quota, { name, used, carried, history }: UsedCount, now: EpochMs): Notification[] {
    const window = windowAt(quota.window, name.start);
    if (window?.start !== name.start) return [];
    const limit = limitFor(quota, name.subject, window.limitStart, carried);
    const count = { quota, subject: name.subject, window, limit, used, history };
    // What was said of a window that is over stands; what it would have come to is known.
    return alertsOf(count, Math.min(now, window.end)).flatMap((alert) => {
      const deduplicationKey = `quota:${countKey(name)}:${keyOf(alert)}`;
      return this.told.has(deduplicationKey)
        ? []
        : [notificationOf(name.accountId, count, alert, deduplicationKey, now)];
    });
  }
}

/** Rolling windows and those of what is under way have no end at which they could be told anew. */
function isWatched({ window, actualThresholds, forecastThresholds, anomalies }: Quota): boolean {
  if (window.kind !== 'calendar' && window.kind !== 'total') return false;
  return actualThresholds.length > 0 || forecastThresholds.length > 0 || anomalies;
}

function watchedSeries(quota: Quota, now: EpochMs): WatchedSeries {
  const isShort = quota.window.kind === 'calendar' && SHORT_UNITS.has(quota.window.unit);
  return {
    seriesId: quota.seriesId,
    least: leastOf(quota, isShort),
    endAfter: now - (isShort ? LOOKS_BACK_SHORT_MS : LOOKS_BACK_MS),
    withHistory: quota.anomalies && !isShort,
  };
}

/** Counts with less have nothing to tell, whomever they are of; 0 where that cannot be said. */
function leastOf({ limit, adjustments, actualThresholds, ...quota }: Quota, isShort: boolean): QuotaAmount {
  const isForeseen = !isShort && (quota.forecastThresholds.length > 0 || quota.anomalies);
  if (adjustments.length > 0 || isForeseen || actualThresholds.length === 0) return 0n;
  return (limit * BigInt(Math.min(...actualThresholds))) / 100n;
}

function keyOf(alert: Alert): string {
  return alert.kind === 'anomaly' ? 'anomaly' : `${alert.kind}:${alert.percent}`;
}

const TOPICS = {
  actual: 'quota.threshold_reached',
  forecast: 'quota.forecast_reached',
  anomaly: 'quota.anomaly',
} as const;

function notificationOf(
  accountId: number,
  count: WatchedCount,
  alert: Alert,
  deduplicationKey: string,
  occurredAt: EpochMs,
): Notification {
  const { quota, subject, window, limit, used } = count;
  const text = (amount: QuotaAmount) => (isCost(quota.measure) ? formatPicos(amount) : amount.toString());
  const whose = subject === '' ? 'the account' : subject;
  const until = formatInstant(window.end);
  const title = {
    actual: () => `${quota.name}: ${whose} has used ${'percent' in alert ? alert.percent : 0}% of its limit`,
    forecast: () =>
      `${quota.name}: ${whose} will reach ${'percent' in alert ? alert.percent : 0}% of its limit by ${until}`,
    anomaly: () => `${quota.name}: ${whose} uses far more than usual`,
  }[alert.kind]();
  const lines = [
    `${text(used)} of ${text(limit)} (${quota.measure}) in the window from ${formatInstant(window.start)} to ${until}.`,
    ...(alert.kind === 'forecast' ? [`At this rate it comes to ${text(alert.forecast)}.`] : []),
    ...(alert.kind === 'anomaly' ? [`Windows before came to ${text(alert.usual)} (median).`] : []),
  ];
  return {
    accountId,
    topic: TOPICS[alert.kind],
    deduplicationKey,
    team: quota.subject.level === 'team' ? subject : null,
    title,
    text: lines.join('\n'),
    payload: {
      quota: quota.name,
      level: quota.subject.level,
      ...{ subject, measure: quota.measure, kind: alert.kind },
      ...('percent' in alert ? { percent: alert.percent } : {}),
      used: text(used),
      limit: text(limit),
      ...(alert.kind === 'forecast' ? { forecast: text(alert.forecast) } : {}),
      ...(alert.kind === 'anomaly' ? { usual: text(alert.usual) } : {}),
      windowStart: formatInstant(window.start),
      windowEnd: until,
    },
    occurredAt,
  };
}
