import { followingMonth } from '#calendar';
import type { UsageSnapshots } from '#metering';
import { type Outcome, succeed } from '#outcome';
import {
  type BilledPart,
  type BilledPool,
  type BillInputs,
  type ClosedReconciliation,
  correctionsOf,
  type DraftStatements,
  type MonthReconciliation,
  type StatementLine,
  withCorrections,
} from '../domain/index.js';
import { billedForMonth, closesAfter } from './billed-so-far.js';
import type { CloseStore, KeptClose } from './close-store.js';
import type { DraftPeriod } from './draft-period.js';
import type { IntakeReader } from './intake-reader.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';

/** Drafts at the same time; more would take turns on the processor anyway. */
const AT_ONCE = 2;

/** Corrections of a month that are remembered; one that owes more is billed again each time. */
const REMEMBERED_MAX = 10_000;

/** What a closed month is known to owe still, and all that it follows from. */
interface Remembered extends ClosedReconciliation {
  readonly from: string;
  readonly corrections: readonly StatementLine[];
}

/** How an open month stands against its invoices. */
export interface OpenReconciliation {
  readonly own: MonthReconciliation;
  /** How closed months stand against theirs now; none unless it follows the last of them. */
  readonly closed: readonly ClosedReconciliation[];
}

type TakePart = (part: BilledPart) => Promise<void>;
type TakeLines = (lines: readonly StatementLine[]) => Promise<void>;

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
      return this.snapshots.hold((snapshot) => this.bill(inputs.value, snapshot));
    });
  }

  /**
   * Bills the month and what it carries of closed ones part by part: `take` is given their lines, in no order. `snapshot`: the
   * moment of metered usage to see, of `UsageSnapshots`. Fails as `LoadBillInputs.load` does for a closed month.
   */
  async billParts(inputs: BillInputs, snapshot: string, take: TakePart): Promise<Outcome<OpenReconciliation>> {
    const own = await this.drafts.billParts(inputs, snapshot, { take });
    const closed = await this.closedMonths(inputs, snapshot, (lines) => take({ lines, pools: [] }));
    return closed.ok ? succeed({ own, closed: closed.value }) : closed;
  }

  /** What the month carries of the closed ones: none unless it follows the last of them. Fails as `billParts` does. */
  async corrections(inputs: BillInputs, snapshot: string): Promise<Outcome<readonly StatementLine[]>> {
    const lines: StatementLine[] = [];
    const closed = await this.closedMonths(inputs, snapshot, async (corrections) => {
      for (const line of corrections) lines.push(line);
    });
    return closed.ok ? succeed(lines) : closed;
  }

  /** The draft with its corrections. */
  private async bill(inputs: BillInputs, snapshot: string): Promise<Outcome<DraftStatements>> {
    const { draft, pools } = await this.drafts.bill(inputs, snapshot);
    const corrections = await this.corrections(inputs, snapshot);
    if (!corrections.ok) return corrections;
    return succeed(withCorrections(draft, corrections.value, pools, inputs.owners.isKnownTeam));
  }

  private async closedMonths(
    inputs: BillInputs,
    snapshot: string,
    take: TakeLines,
  ): Promise<Outcome<readonly ClosedReconciliation[]>> {
    const { accountId } = inputs.account;
    const last = await this.closes.last(accountId);
    if (!last || followingMonth(last.period) !== inputs.period.name) return succeed([]);
    const months: ClosedReconciliation[] = [];
    for await (const close of closesAfter(this.closes, accountId, 0)) {
      const loaded = await this.inputs.load({ accountId, period: close.period });
      if (!loaded.ok) return loaded;
      months.push(await this.closedMonth(loaded.value, { close, last }, snapshot, take));
    }
    return succeed(months);
  }

  private async closedMonth(
    inputs: BillInputs,
    { close, last }: { readonly close: KeptClose; readonly last: KeptClose },
    snapshot: string,
    take: TakeLines,
  ): Promise<ClosedReconciliation> {
    const { accountId } = inputs.account;
    const { start, end } = inputs.period;
    const usage = await this.intake.usageFingerprint(accountId, start, end, snapshot);
    const from = `${last.hash} ${usage} ${fingerprintOf(inputs)}`;
    const { period } = close;
    const key = `${accountId.toString()} ${period}`;
    const known = this.remembered.get(key);
    if (known?.from === from) {
      await take(known.corrections);
      return known;
    }
    const kept: StatementLine[] = [];
    let found = 0;
    const reconciliation = await this.drafts.billParts(inputs, snapshot, {
      pools: await this.closes.poolsBilled(accountId, close),
      take: async ({ lines }, { pools }) => {
        const billed = await billedForMonth(this.closes, accountId, close, pools);
        const corrections = correctionsOf({ period, billed, now: lines });
        found += corrections.length;
        if (found <= REMEMBERED_MAX) kept.push(...corrections);
        await take(corrections);
      },
    });
    const month = { from, period, corrections: kept, reconciliation };
    if (found <= REMEMBERED_MAX) this.remembered.set(key, month);
    else this.remembered.delete(key);
    return month;
  }
}

/** All that a month is billed from beside usage. Plain inputs go in by themselves, so that no new one is forgotten. */
function fingerprintOf({ owners, book, pools, ...plain }: BillInputs): string {
  // What a pool cost in each charge period follows from the rest and the period; to ask for it would work it out.
  const parts = pools.map(({ pool, policies, costRecords, purchases }): Omit<BilledPool, 'costs' | 'afresh'> => {
    return { pool, policies, costRecords, purchases };
  });
  return JSON.stringify([plain, parts, owners.fingerprint(), book.extent], (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

export const OPEN_PERIOD = Symbol('OpenPeriod');
