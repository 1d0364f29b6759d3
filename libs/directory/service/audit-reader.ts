import type { EpochMs } from '#calendar';
import type { AuditEntry } from '../domain/index.js';

export interface AuditPage {
  readonly accountId: number;
  /** Inclusive and exclusive; undefined: unbounded. */
  readonly from: EpochMs | undefined;
  readonly to: EpochMs | undefined;
  /** Of a kind, or of one subject of it; undefined: any. */
  readonly of: { readonly kind: string; readonly subject: string | undefined } | undefined;
  /** A key's public id, or the whole name of who did it; undefined: anybody. */
  readonly actor: string | undefined;
  /** Those before an entry. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** Reads what was changed, the latest first. */
export interface AuditReader {
  list(page: AuditPage): Promise<readonly AuditEntry[]>;
}

export const AUDIT_READER = Symbol('AuditReader');
