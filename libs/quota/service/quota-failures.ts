import type { Failure } from '#outcome';
import type { QuotaFault } from '../domain/index.js';
import { OVERRIDES_MAX, QUOTAS_MAX } from './definition-store.js';

export function quotaNotFound(name: string): Failure {
  return { kind: 'not_found', code: 'quota.quota_not_found', detail: `There is no quota ${JSON.stringify(name)}.` };
}

/** With a pointer into the definition for each fault. */
export function badDefinition(faults: readonly QuotaFault[]): Failure {
  const [first] = faults;
  const detail = `The definition is wrong: ${first?.field ?? ''} ${first?.detail ?? ''}.`;
  const errors = faults.map(({ field, code, detail: said }) => ({ pointer: `/${field}`, code, detail: said }));
  return { kind: 'invalid', code: 'quota.bad_definition', detail, errors };
}

export function fieldFailure(field: string, code: string, detail: string): Failure {
  const errors = [{ pointer: `/${field}`, code: `quota.${code}`, detail }];
  return { kind: 'invalid', code: `quota.${code}`, detail: `${field} ${detail}.`, errors };
}

export const TOO_MANY_QUOTAS: Failure = {
  kind: 'conflict',
  code: 'quota.too_many_quotas',
  detail: `An account has at most ${QUOTAS_MAX} quotas; withdraw those that are over.`,
};

export const TOO_MANY_OVERRIDES: Failure = {
  kind: 'conflict',
  code: 'quota.too_many_overrides',
  detail: `An account has at most ${OVERRIDES_MAX} overrides that are not over; withdraw some.`,
};

/** Amounts of a measure say nothing of another one. */
export function overridesOfOtherMeasure(name: string): Failure {
  return {
    kind: 'conflict',
    code: 'quota.overrides_of_other_measure',
    detail: `The quota ${JSON.stringify(name)} has overrides with amounts of the measure it has now; withdraw them first.`,
  };
}
