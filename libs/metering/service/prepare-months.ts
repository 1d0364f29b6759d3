import type { Clock, EpochMicros } from '#calendar';

/** Where the events of a month are kept. */
export interface UsageMonths {
  /** Makes sure that each of these instants has its month; costs nothing for months made before. */
  ensure(instants: Iterable<EpochMicros>): Promise<void>;
}

/**
 * Makes this month and the next ready for events while nobody needs them yet: to add a month waits for whoever reads events
 * of no month, and at the turn of a month every event would wait behind it.
 */
export class PrepareMonths {
  constructor(
    private readonly months: UsageMonths,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const now = new Date(this.clock.now());
    const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
    await this.months.ensure([now.getTime() * 1_000, nextMonth * 1_000]);
  }
}

export const PREPARE_MONTHS = Symbol('PrepareMonths');
