import type { Clock, EpochMs } from '#calendar';
import type { Caller } from '#directory';
import { codeAt, type LedgerCode, type LedgerCodeVersion, type LedgerName } from '../domain/index.js';
import type { LedgerCodePage, LedgerCodeStore } from './ledger-code-store.js';

export interface SetLedgerCodeInput extends LedgerName {
  /** Null: none from `validFrom` on. */
  readonly code: string | null;
  /** Undefined: from the beginning for the first version, from now for later ones. */
  readonly validFrom: EpochMs | undefined;
}

const BEGINNING: EpochMs = 0;

export const LEDGER_CODES = Symbol('LedgerCodes');

/** What one does with ledger codes. */
export class LedgerCodes {
  constructor(
    private readonly store: LedgerCodeStore,
    private readonly clock: Clock,
  ) {}

  list(page: LedgerCodePage): Promise<readonly LedgerCode[]> {
    return this.store.list(page);
  }

  /** Says what a name's code is from an instant on. What is in force there already makes no version. */
  set({ accountId, apiKeyId }: Caller, input: SetLedgerCodeInput): Promise<LedgerCode> {
    const { kind, name, code } = input;
    const now = this.clock.now();
    return this.store.change(accountId, { kind, name }, (before): LedgerCodeVersion | undefined => {
      const validFrom = input.validFrom ?? (before.length === 0 ? BEGINNING : now);
      if (before.length > 0 && codeAt(before, validFrom) === code) return undefined;
      const version = (before.at(-1)?.version ?? 0) + 1;
      return { version, validFrom, code, recordedAt: now, recordedBy: apiKeyId };
    });
  }
}
