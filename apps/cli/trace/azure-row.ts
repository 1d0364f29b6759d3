import { parseInstant } from '#calendar';

/** The header of the Azure LLM inference traces. */
export const AZURE_HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

/** One request of a trace. */
export interface TraceRow {
  /** ISO 8601, UTC, with the fraction as it stands in the file. */
  readonly occurredAt: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface TraceRowFault {
  readonly fault: string;
}

const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,12})?)(?:Z|\+00:00)?$/;
const COUNT = /^\d{1,15}$/;

/** Reads `2023-11-16 18:17:03.9799600,4808,10`; the times of these traces are UTC and do not say so. */
export function parseAzureRow(line: string): TraceRow | TraceRowFault {
  const fields = line.split(',');
  const [time, input, output] = fields;
  if (fields.length !== 3 || time === undefined || input === undefined || output === undefined) {
    return { fault: `has ${fields.length === 1 ? 'one field' : `${fields.length} fields`} where there are three` };
  }
  const match = TIME.exec(time.trim());
  if (!match) return { fault: `TIMESTAMP ${quote(time)} is not a time such as 2023-11-16 18:17:03.9799600` };
  const occurredAt = `${match[1]}T${match[2]}Z`;
  const instant = parseInstant(occurredAt);
  if (typeof instant !== 'number') return { fault: `TIMESTAMP ${quote(time)} ${instant.detail}` };
  if (!COUNT.test(input.trim())) return { fault: `ContextTokens ${quote(input)} is not a whole number of tokens` };
  if (!COUNT.test(output.trim())) return { fault: `GeneratedTokens ${quote(output)} is not a whole number of tokens` };
  return { occurredAt, inputTokens: Number(input), outputTokens: Number(output) };
}

/** Enough of a field to find it, however long it is. */
function quote(field: string): string {
  return JSON.stringify(field.length > 40 ? `${field.slice(0, 40)}…` : field);
}
