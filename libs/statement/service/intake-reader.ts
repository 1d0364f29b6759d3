import type { EpochMs } from '#calendar';

/** How much of what was received is metered. */
export interface IntakeState {
  /** Events that were accepted and are not metered yet, in requests that may hold some of the interval. */
  readonly waitingEvents: bigint;
  /** Identities and events of the interval. */
  readonly identities: bigint;
  readonly events: bigint;
}

export interface IntakeReader {
  read(accountId: number, start: EpochMs, end: EpochMs): Promise<IntakeState>;
}

export const INTAKE_READER = Symbol('IntakeReader');
