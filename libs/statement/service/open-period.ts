import { followingMonth } from '#calendar';
import type { UsageSnapshots } from '#metering';
import { type Outcome, succeed } from '#outcome';
import {
  type BilledPool,
  type BillInputs,
  type ClosedReconciliation,
  correctionsOf,
  type DraftStatements,
  linesOf,
  type StatementLine,
  withCorrections,
} from '../domain/index.js';
import { billedForMonth, closesAfter } from './billed-so-far.js';
import type { CloseStore, KeptClose } from './close-store.js';
import type { BilledPeriod, DraftPeriod } from './draft-period.js';
import type { IntakeReader } from './intake-reader.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';

/** Drafts at the same time; more would take turns on the processor anyway. */
const AT_ONCE = 2;

/** What a closed month is known to owe still. */
interface ClosedMonth extends ClosedReconciliation {
  readonly corrections: readonly StatementLine[];
}

/** The same, and all that it follows from. */
interface Remembered extends ClosedMonth {
  readonly from: string;
}

/** An open month with all that it carries of closed ones. */
export interface BilledOpenPeriod extends BilledPeriod {
  /** How closed months stand against their invoices now; none unless it follows the last of them. */
  readonly closed: readonly ClosedReconciliation[];
}

/**
 * Drafts months that are not closed. The one that follows the last closed month also carries what the closed ones still owe:
 * closed months are billed anew and compared with what was billed for them. Those whose inputs are as they were when they
 * were last compared are not billed again.
 */
export class OpenPeriod {
  private readonly turns = new Turns(AT_ONCE);
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly closes: CloseStore,
    private readonly intake: IntakeReader,
    private readonly snapshots: UsageSnapshots,
  ) {}

  /** Fails as `LoadBillInputs.load` does, or with `statement.busy`. */
  draft(input: PeriodInput): Promise<Outcome<DraftStatements>> {
    return this.turns.take(async () => {
      const inputs = await this.inputs.load(input);
      if (!inputs.ok) return inputs;
      const billed = await this.snapshots.hold((snapshot) => this.bill(inputs.value, snapshot));
      return billed.ok ? succeed(billed.value.draft) : billed;
    });
  }

  /**
   * The draft with its corrections. `snapshot`: the moment of metered usage to see, of `UsageSnapshots`. Fails as
   * `LoadBillInputs.load` does for a closed month.
   */
  async bill(inputs: BillInputs, snapshot: string): Promise<Outcome<BilledOpenPeriod>> {
    const billed = await this.drafts.bill(inputs, snapshot);
    const closed = await this.closedMonths(inputs, snapshot);
    if (!closed.ok) return closed;
    const corrections = closed.value.flatMap((month) => month.corrections);
    const draft = withCorrections(billed.draft, corrections, billed.pools, inputs.owners.isKnownTeam);
    return succeed({ ...billed, draft, closed: closed.value });
  }

  /** What the month carries of the closed ones: none unless it follows the last of them. Fails as `bill` does. */
  async corrections(inputs: BillInputs, snapshot: string): Promise<Outcome<readonly StatementLine[]>> {
    const closed = await this.closedMonths(inputs, snapshot);
    return closed.ok ? succeed(closed.value.flatMap(({ corrections }) => corrections)) : closed;
  }

  private async closedMonths(inputs: BillInputs, snapshot: string): Promise<Outcome<readonly ClosedMonth[]>> {
    const { accountId } = inputs.account;
    const last = await this.closes.last(accountId);
    if (!last || followingMonth(last.period) !== inputs.period.name) return succeed([]);
    const months: ClosedMonth[] = [];
    for await (const close of closesAfter(this.closes, accountId, 0)) {
      const month = await this.closedMonth(accountId, close, last, snapshot);
      if (!month.ok) return month;
      months.push(month.value);
    }
    return succeed(months);
  }

  private async closedMonth(
    accountId: number,
    close: KeptClose,
    last: KeptClose,
    snapshot: string,
  ): Promise<Outcome<ClosedMonth>> {
    const loaded = await this.inputs.load({ accountId, period: close.period });
    if (!loaded.ok) return loaded;
    const inputs = loaded.value;
    const { start, end } = inputs.period;
    const usage = await this.intake.usageFingerprint(accountId, start, end, snapshot);
    const from = `${last.hash} ${usage} ${fingerprintOf(inputs)}`;
    const key = `${accountId.toString()} ${close.period}`;
    const known = this.remembered.get(key);
    if (known?.from === from) return succeed(known);
    const { draft, reconciliation } = await this.drafts.bill(inputs, snapshot);
    const { period } = close;
    const billed = await billedForMonth(this.closes, accountId, close);
    const corrections = correctionsOf({ period, billed, now: linesOf(draft) });
    const month = { from, period, corrections, reconciliation };
    this.remembered.set(key, month);
    return succeed(month);
  }
}

/** All that a month is billed from beside usage. Plain inputs go in by themselves, so that no new one is forgotten. */
function fingerprintOf({ owners, book, pools, ...plain }: BillInputs): string {
  // What a pool cost in each charge period follows from the rest and the period; to ask for it would work it out.
  const parts = pools.map(({ pool, policies, costRecords, purchases }): Omit<BilledPool, 'costs'> => {
    return { pool, policies, costRecords, purchases };
  });
  return JSON.stringify([plain, parts, owners.fingerprint(), book.extent], (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

export const OPEN_PERIOD = Symbol('OpenPeriod');
