import { formatInstant } from '#calendar';
import type { QuotaDiffWire, QuotaOverrideWire, QuotaVersionWire, QuotaWire } from '#contract';
import {
  formatQuotaAmount,
  type QuotaChange,
  type QuotaDiff,
  type QuotaOverride,
  type QuotaState,
  type QuotaVersion,
  type QuotaWindowSpec,
} from '#quota';

export function quotaToApi({ version, inForce }: QuotaState): QuotaWire {
  return { ...quotaVersionToApi(version), inForceVersion: inForce };
}

export function quotaVersionToApi(quota: QuotaVersion): QuotaVersionWire {
  const { measure, limit, rolloverCap, validFrom } = quota;
  return {
    quota: quota.name,
    version: quota.version,
    seriesId: quota.seriesId,
    subject: quota.subject,
    filter: quota.filter,
    measure,
    window: windowToApi(quota.window),
    limit: formatQuotaAmount(measure, limit),
    action: quota.action,
    fallback: quota.fallback,
    tierPercents: quota.tierPercents,
    rolloverCap: rolloverCap === null ? null : formatQuotaAmount(measure, rolloverCap),
    actualThresholds: [...quota.actualThresholds],
    forecastThresholds: [...quota.forecastThresholds],
    anomalies: quota.anomalies,
    draft: validFrom === null,
    validFrom: validFrom === null ? null : formatInstant(validFrom),
    withdrawn: quota.withdrawn,
    reason: quota.reason,
    recordedAt: formatInstant(quota.recordedAt),
    recordedBy: quota.recordedBy,
  };
}

function windowToApi(window: QuotaWindowSpec): QuotaVersionWire['window'] {
  if (window.kind !== 'total') return window;
  return { kind: window.kind, from: formatInstant(window.from), until: formatInstant(window.until) };
}

export function overrideToApi(override: QuotaOverride): QuotaOverrideWire {
  const { overrideId, version, quota, kind, subject, measure, partnerId, withdrawn, reason, recordedBy } = override;
  return {
    ...{ overrideId, version, quota, kind, subject, measure },
    percent: String(override.percent),
    amount: formatQuotaAmount(measure, override.amount),
    validFrom: formatInstant(override.from),
    validUntil: formatInstant(override.until),
    ...{ partnerId, withdrawn, reason },
    recordedAt: formatInstant(override.recordedAt),
    recordedBy,
  };
}

export function quotaDiffToApi({ added, changed, withdrawn, unchanged }: QuotaDiff, dryRun: boolean): QuotaDiffWire {
  const toApi = ({ name, fields }: QuotaChange) => ({ quota: name, fields: fields.map((field) => ({ ...field })) });
  return {
    dryRun,
    added: added.map(toApi),
    changed: changed.map(toApi),
    withdrawn: [...withdrawn],
    unchanged: [...unchanged],
  };
}
