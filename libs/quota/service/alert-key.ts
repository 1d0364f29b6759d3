import { type Alert, type CountName, countKey, type Quota, type QuotaAmount } from '../domain/index.js';

/** Of what people are to hear once of a count. */
export function alertKey(name: CountName, alert: Alert): string {
  const what = alert.kind === 'anomaly' ? 'anomaly' : `${alert.kind}:${alert.percent}`;
  return `quota:${countKey(name)}:${what}`;
}

/** The same where a window has no start, of a stretch of time. It may be a long one: of a changed quota they hear anew. */
export function versionedAlertKey({ version }: Quota, name: CountName, alert: Alert): string {
  return `${alertKey(name, alert)}:${version}`;
}

/** Who used less has reached no threshold, whoever it is; 0 where that cannot be said. */
export function leastReached({ limit, adjustments, actualThresholds }: Quota): QuotaAmount {
  if (adjustments.length > 0 || actualThresholds.length === 0) return 0n;
  return (limit * BigInt(Math.min(...actualThresholds))) / 100n;
}
