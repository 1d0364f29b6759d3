import { TOKEN_CLASSES } from '#token';
import { isRecord } from './fields.js';
import { pointerStep } from './refusal.js';

const FIELDS = new Set([
  'source',
  'id',
  'occurredAt',
  'team',
  'project',
  'apiKey',
  'user',
  'provider',
  'model',
  'pool',
  'region',
  'tier',
  'status',
  'tokens',
  'inferenceMs',
  'prefillMs',
  'decodeMs',
  'tags',
]);
const TOKEN_FIELDS = new Set<string>([...TOKEN_CLASSES, 'total']);

/** The pointer of the first member that no event has; undefined when all are known. Tags are free. */
export function unknownField(event: Record<string, unknown>): string | undefined {
  const field = Object.keys(event).find((key) => !FIELDS.has(key));
  if (field !== undefined) return pointerStep(field);
  if (!isRecord(event.tokens)) return undefined;
  const count = Object.keys(event.tokens).find((key) => !TOKEN_FIELDS.has(key));
  return count === undefined ? undefined : `/tokens${pointerStep(count)}`;
}
