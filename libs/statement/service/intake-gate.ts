import type { BillInputs } from '../domain/index.js';
import type { IntakeCounts, IntakeReader } from './intake-reader.js';

/** How long accepted events have to be metered before their waiting is a difference. */
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** What has come in for a billing period, and whether all of it is metered. */
export class IntakeGate {
  constructor(
    private readonly intake: IntakeReader,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  count({ account, period }: BillInputs, snapshot: string): Promise<IntakeCounts> {
    return this.intake.count(account.accountId, period.start, period.end, snapshot);
  }

  /** Lets what was accepted so far be metered; counts the events that after our patience still are not. */
  async awaitMetered({ account: { accountId }, period: { start } }: BillInputs): Promise<bigint> {
    const last = await this.intake.lastWaiting(accountId, start);
    if (last === null) return 0n;
    const deadline = performance.now() + this.patienceMs;
    for (;;) {
      const waiting = await this.intake.countWaiting(accountId, start, last);
      if (waiting === 0n || performance.now() >= deadline) return waiting;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
