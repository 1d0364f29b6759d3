import { MODALITIES, TOKEN_CLASSES, USAGE_UNITS } from '#token';
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
  'modalities',
  'units',
  'reservationId',
]);
const TOKEN_FIELDS = new Set<string>([...TOKEN_CLASSES, 'total']);
const CLASS_FIELDS = new Set<string>(TOKEN_CLASSES);
const MODALITY_FIELDS = new Set<string>(MODALITIES);
const UNIT_FIELDS = new Set<string>(USAGE_UNITS);

/** The pointer of the first member that no event has; undefined when all are known. Tags are free. */
export function unknownField(event: Record<string, unknown>): string | undefined {
  const { tokens, modalities, units } = event;
  return (
    strangerIn(event, FIELDS, '') ??
    strangerIn(tokens, TOKEN_FIELDS, '/tokens') ??
    strangerIn(modalities, MODALITY_FIELDS, '/modalities') ??
    strangerInParts(modalities) ??
    strangerIn(units, UNIT_FIELDS, '/units')
  );
}

function strangerInParts(modalities: unknown): string | undefined {
  if (!isRecord(modalities)) return undefined;
  return MODALITIES.map((name) => strangerIn(modalities[name], CLASS_FIELDS, `/modalities/${name}`)).find(
    (pointer) => pointer !== undefined,
  );
}

function strangerIn(value: unknown, known: ReadonlySet<string>, pointer: string): string | undefined {
  if (!isRecord(value)) return undefined;
  const key = Object.keys(value).find((name) => !known.has(name));
  return key === undefined ? undefined : pointer + pointerStep(key);
}
