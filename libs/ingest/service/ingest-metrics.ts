/** What ingest counts, for whoever watches it. */
export interface IngestMetrics {
  received(events: number, rejected: number): void;
  /** After the commit of a flush. */
  flushed(report: FlushReport, seconds: number): void;
  wakeFailed(): void;
  overloaded(): void;
}

export interface FlushReport {
  readonly rows: number;
  readonly events: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Refused by the database, one by one. */
  readonly unprocessable: number;
}

export const INGEST_METRICS = Symbol('IngestMetrics');
