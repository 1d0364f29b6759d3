import type { Failure } from '#outcome';
import type { QuotaVersion } from '../domain/index.js';

/**
 * What must be so of a quota for a change of it to be made: it is not there, it is there, its latest version is one of those; or
 * nothing was said.
 */
export type Expectation = 'nothing_said' | 'absent' | 'present' | readonly number[];

/** Why a change is not made. Without a word about what is there, nothing that is there is changed. */
export function disappointment(expected: Expectation, latest: QuotaVersion | undefined): Failure | undefined {
  if (expected === 'nothing_said') return latest ? required(latest) : undefined;
  if (expected === 'absent') return latest ? exists(latest) : undefined;
  if (latest && (expected === 'present' || expected.includes(latest.version))) return undefined;
  return latest ? stale(latest) : absent();
}

function required({ name }: QuotaVersion): Failure {
  const detail = `The quota ${JSON.stringify(name)} is there; say which version of it you change with If-Match.`;
  return { kind: 'precondition_required', code: 'quota.version_required', detail };
}

function exists({ name }: QuotaVersion): Failure {
  const detail = `The quota ${JSON.stringify(name)} is there already.`;
  return { kind: 'precondition_failed', code: 'quota.quota_exists', detail };
}

function stale({ name, version }: QuotaVersion): Failure {
  const detail = `The quota ${JSON.stringify(name)} was changed; it is at version ${version}. Read it again.`;
  return { kind: 'precondition_failed', code: 'quota.version_stale', detail };
}

function absent(): Failure {
  return { kind: 'precondition_failed', code: 'quota.version_stale', detail: 'There is no such quota any more.' };
}
