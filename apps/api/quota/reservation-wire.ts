import { formatInstant } from '#calendar';
import type { AdmissionWire, QuotaCheckBody, QuotaVerdictWire, ReservationWire } from '#contract';
import { formatPicos } from '#money';
import {
  type Admission,
  type AskInput,
  isCost,
  type QuotaAmount,
  type QuotaMeasure,
  type QuotaVerdict,
  type Reservation,
} from '#quota';

export function askFromApi(accountId: number, body: QuotaCheckBody): AskInput {
  const { subject, model, provider = null, pool = null, tier, estimate } = body;
  return {
    accountId,
    subject: {
      team: subject.team,
      project: subject.project ?? null,
      apiKey: subject.apiKey ?? null,
      user: subject.user ?? null,
      tags: subject.tags ?? {},
      provider,
      model,
      pool,
      tier: tier ?? 'standard',
    },
    estimate,
  };
}

export function admissionToApi({ decision, estimate, verdicts, uncounted }: Admission): AdmissionWire {
  const { usage, inputFrom, outputFrom } = estimate;
  const cost = (picos: bigint | null) => (picos === null ? null : formatPicos(picos));
  return {
    decision,
    priority: decision === 'throttled' ? 'low' : 'normal',
    uncounted,
    estimate: {
      inputTokens: Number(usage.inputTokens),
      cachedTokens: Number(usage.cachedTokens),
      outputTokens: Number(usage.outputTokens),
      inputFrom,
      outputFrom,
      billedCost: cost(usage.billedCost),
      effectiveCost: cost(usage.effectiveCost),
    },
    quotas: verdicts.map(verdictToApi),
  };
}

export function verdictToApi(verdict: QuotaVerdict): QuotaVerdictWire {
  const { quota, subject, window, limit, ceiling, before, amount, remaining, exceeded } = verdict;
  const text = (of: QuotaAmount) => amountToApi(quota.measure, of);
  const isNow = quota.window.kind === 'now';
  return {
    quota: quota.name,
    subject,
    measure: quota.measure,
    action: quota.action,
    limit: text(limit),
    ceiling: text(ceiling),
    counted: text(before),
    requested: text(amount),
    remaining: text(remaining),
    exceeded,
    windowStart: isNow ? null : formatInstant(window.counted[0] ?? window.start),
    windowEnd: isNow ? null : formatInstant(window.end),
  };
}

/** A cost in the account's currency, or a count. */
export function amountToApi(measure: QuotaMeasure, amount: QuotaAmount): string {
  return isCost(measure) ? formatPicos(amount) : amount.toString();
}

export function reservationToApi(reservation: Reservation): ReservationWire {
  const { reservationId, state, metered, createdAt, expiresAt, endedAt } = reservation;
  return {
    reservationId,
    state,
    metered,
    createdAt: formatInstant(createdAt),
    expiresAt: formatInstant(expiresAt),
    endedAt: endedAt === null ? null : formatInstant(endedAt),
  };
}
