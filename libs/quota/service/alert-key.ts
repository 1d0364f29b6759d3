import { type Alert, type CountName, countKey, type Quota, type QuotaAmount } from '../domain/index.js';

/** Of what people are to hear once: an alert of a count or, where a window has no start, of a stretch of time. */
export function alertKey(name: CountName, alert: Alert): string {
  const what = alert.kind === 'anomaly' ? 'anomaly' : `${alert.kind}:${alert.percent}`;
  return `quota:${countKey(name)}:${what}`;
}

/** Who used less has reached no threshold, whoever it is; 0 where that cannot be said. */
export function leastReached({ limit, adjustments, actualThresholds }: Quota): QuotaAmount {
  if (adjustments.length > 0 || actualThresholds.length === 0) return 0n;
  return (limit * BigInt(Math.min(...actualThresholds))) / 100n;
}
