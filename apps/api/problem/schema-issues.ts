import type { Failure, FieldFailure } from '#outcome';

/** One thing a schema found wrong, as zod and every other Standard Schema library reports it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** More say nothing new, and their number is up to the sender. */
const MAX_ERRORS = 100;

/** The failure that a value refused by its schema is. */
export function failureOfIssues(issues: readonly SchemaIssue[]): Failure {
  const errors = issues.slice(0, MAX_ERRORS).map(toFieldFailure);
  const count = issues.length === 1 ? 'one field is' : `${issues.length} fields are`;
  const [first] = errors;
  const detail = `${count} not valid${first ? `: ${first.pointer || 'the whole'} ${first.detail}` : ''}`;
  return { kind: 'invalid', code: 'request.invalid', detail, errors };
}

function toFieldFailure({ message, path = [] }: SchemaIssue): FieldFailure {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const pointer = keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { pointer, code: 'request.field_invalid', detail: message };
}
