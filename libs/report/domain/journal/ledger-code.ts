import { type DatedVersion, type EpochMs, versionAt } from '#calendar';

/** What a ledger elsewhere has a code for: an account of our journal, or a cost centre. */
export const LEDGER_NAME_KINDS = ['account', 'cost_center'] as const;
export type LedgerNameKind = (typeof LEDGER_NAME_KINDS)[number];

export function isLedgerNameKind(text: string): text is LedgerNameKind {
  return LEDGER_NAME_KINDS.some((kind) => kind === text);
}

export interface LedgerName {
  readonly kind: LedgerNameKind;
  /** As our journal says it: `chargeback`, `clearing:pool:h100`, a cost centre. */
  readonly name: string;
}

/** The code that a name has elsewhere from an instant on. Never changed: another is another version. */
export interface LedgerCodeVersion extends DatedVersion {
  /** Null: none from then on. */
  readonly code: string | null;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** A name with all that was ever said of it. */
export interface LedgerCode extends LedgerName {
  /** In the order in which they were recorded. */
  readonly versions: readonly LedgerCodeVersion[];
}

/** The code in force at an instant; null: none. */
export function codeAt(versions: readonly LedgerCodeVersion[], at: EpochMs): string | null {
  return versionAt(versions, at)?.code ?? null;
}

/** The codes in force at an instant. */
export class LedgerCodesAt {
  private readonly codes: ReadonlyMap<string, string>;

  constructor(codes: readonly LedgerCode[], at: EpochMs) {
    this.codes = new Map(
      codes.flatMap((of) => {
        const code = codeAt(of.versions, at);
        return code === null ? [] : [[keyOf(of), code]];
      }),
    );
  }

  of(kind: LedgerNameKind, name: string): string | undefined {
    return this.codes.get(keyOf({ kind, name }));
  }
}

function keyOf({ kind, name }: LedgerName): string {
  return `${kind}:${name}`;
}
