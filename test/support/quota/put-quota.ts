import { NO_FILTER, QUOTAS, type QuotaDefinition, type Quotas } from '#quota';
import type { TestApp } from '../app.js';

const DAY: QuotaDefinition = {
  subject: { level: 'team', name: 'search', team: null, tagKey: null },
  filter: NO_FILTER,
  measure: 'requests',
  window: { kind: 'calendar', unit: 'day', timeZone: 'UTC', weekStart: 1, anchorDay: 1 },
  limit: 10n,
  action: 'block',
  fallback: 'closed',
  tierPercents: {},
  rolloverCap: null,
  actualThresholds: [50, 80, 100],
  forecastThresholds: [100],
  anomalies: true,
};

/** Puts a quota into force at once: of requests of the team `search`, ten a day, unless told otherwise. */
export async function putQuota(app: TestApp, name: string, definition: Partial<QuotaDefinition> = {}): Promise<void> {
  const quotas = app.app.get<Quotas>(QUOTAS, { strict: false });
  const author = { accountId: 1, apiKeyId: null };
  const wish = { name, definition: { ...DAY, ...definition }, timing: 'now', reason: 'test' } as const;
  const known = await quotas.find(1, name);
  const put = await quotas.put(author, wish, known.ok ? [known.value.version.version] : 'absent');
  if (!put.ok) throw new Error(put.failure.detail);
}
