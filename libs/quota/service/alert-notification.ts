import { type EpochMs, formatInstant } from '#calendar';
import { formatPicos } from '#money';
import type { Notification } from '#notification';
import { type Alert, isCost, type Quota, type QuotaAmount } from '../domain/index.js';

/** Something to tell, and of what. */
export interface Finding {
  readonly quota: Quota;
  readonly subject: string;
  readonly alert: Alert;
  /** What was used, or is under way. */
  readonly used: QuotaAmount;
  readonly limit: QuotaAmount;
  /** In which that was used; null: it is what is under way. */
  readonly window: { readonly start: EpochMs; readonly end: EpochMs } | null;
  /** Of what people are to hear once. */
  readonly key: string;
}

const TOPICS = {
  actual: 'quota.threshold_reached',
  forecast: 'quota.forecast_reached',
  anomaly: 'quota.anomaly',
} as const;

export function alertNotification(accountId: number, finding: Finding, occurredAt: EpochMs): Notification {
  const { quota, subject, alert, used, limit, window, key } = finding;
  const text = (amount: QuotaAmount) => (isCost(quota.measure) ? formatPicos(amount) : amount.toString());
  const lines = [
    `${text(used)} of ${text(limit)} (${quota.measure}) ${whenOf(finding, occurredAt)}.`,
    ...(alert.kind === 'forecast' ? [`At this rate it comes to ${text(alert.forecast)}.`] : []),
    ...(alert.kind === 'anomaly' ? [`Windows before came to ${text(alert.usual)} (median).`] : []),
  ];
  return {
    accountId,
    topic: TOPICS[alert.kind],
    deduplicationKey: key,
    team: quota.subject.level === 'team' ? subject : null,
    title: `${quota.name}: ${subject === '' ? 'the account' : subject} ${whatOf(finding)}`,
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
      windowStart: window && formatInstant(window.start),
      windowEnd: window && formatInstant(window.end),
    },
    occurredAt,
  };
}

function whatOf({ alert, window }: Finding): string {
  if (alert.kind === 'anomaly') return 'uses far more than usual';
  if (window === null) return `is at ${alert.percent}% of its limit`;
  if (alert.kind === 'actual') return `has used ${alert.percent}% of its limit`;
  return `will reach ${alert.percent}% of its limit by ${formatInstant(window.end)}`;
}

function whenOf({ quota, window }: Finding, at: EpochMs): string {
  if (window === null) return `at ${formatInstant(at)}`;
  const which = quota.window.kind === 'rolling' ? 'rolling window' : 'window';
  return `in the ${which} from ${formatInstant(window.start)} to ${formatInstant(window.end)}`;
}
