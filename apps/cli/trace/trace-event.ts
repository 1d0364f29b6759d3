import type { TraceRow } from './azure-row.js';

/** What a trace does not say of its requests. */
export interface TraceOwner {
  /** Names the file: with the line number it is the identity of a request. */
  readonly source: string;
  readonly team: string;
  readonly model: string;
  readonly pool?: string;
  readonly provider?: string;
  readonly project?: string;
  readonly region?: string;
}

/** A request of a trace as a native event. */
export function toTraceEvent(row: TraceRow, line: number, owner: TraceOwner) {
  const { source, ...subject } = owner;
  return {
    source,
    id: String(line),
    occurredAt: row.occurredAt,
    ...subject,
    tokens: { inputUncached: row.inputTokens, output: row.outputTokens },
  };
}
