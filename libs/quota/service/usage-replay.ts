import type { EpochMs } from '#calendar';
import type { UsageRecord } from '../domain/index.js';

/** Reads what was used, in the order in which it was. */
export interface UsageReplay {
  /** Events from a time on, at one moment, some thousand at a time. */
  read(accountId: number, from: EpochMs, each: (records: readonly UsageRecord[]) => Promise<void>): Promise<void>;
}
