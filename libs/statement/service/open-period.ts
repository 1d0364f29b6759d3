import { followingMonth } from '#calendar';
import { type Outcome, succeed } from '#outcome';
import {
  type BillInputs,
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

/** Corrections of a closed month, and all that they follow from. */
interface Remembered {
  readonly from: string;
  readonly corrections: readonly StatementLine[];
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
  ) {}

  /** Fails as `LoadBillInputs.load` does, or with `statement.busy`. */
  draft(input: PeriodInput): Promise<Outcome<DraftStatements>> {
    return this.turns.take(async () => {
      const inputs = await this.inputs.load(input);
      if (!inputs.ok) return inputs;
      const billed = await this.bill(inputs.value);
      return billed.ok ? succeed(billed.value.draft) : billed;
    });
  }

  /**
   * The draft with its corrections. `snapshot`: the moment of metered usage to see, of `UsageSnapshots`. Fails as
   * `LoadBillInputs.load` does for a closed month.
   */
  async bill(inputs: BillInputs, snapshot?: string): Promise<Outcome<BilledPeriod>> {
    const billed = await this.drafts.bill(inputs, snapshot);
    const corrections = await this.corrections(inputs, snapshot);
    if (!corrections.ok) return corrections;
    const { isKnownTeam } = inputs.owners;
    return succeed({
      ...billed,
      draft: withCorrections(billed.draft, corrections.value, billed.pools, isKnownTeam),
    });
  }

  /** What the month carries of the closed ones: none unless it follows the last of them. Fails as `bill` does. */
  async corrections(inputs: BillInputs, snapshot?: string): Promise<Outcome<readonly StatementLine[]>> {
    const { accountId } = inputs.account;
    const last = await this.closes.last(accountId);
    if (!last || followingMonth(last.period) !== inputs.period.name) return succeed([]);
    const corrections: StatementLine[] = [];
    for await (const close of closesAfter(this.closes, accountId, 0)) {
      const ofMonth = await this.correctionsOfMonth(accountId, close, last, snapshot);
      if (!ofMonth.ok) return ofMonth;
      corrections.push(...ofMonth.value);
    }
    return succeed(corrections);
  }

  private async correctionsOfMonth(
    accountId: number,
    close: KeptClose,
    last: KeptClose,
    snapshot: string | undefined,
  ): Promise<Outcome<readonly StatementLine[]>> {
    const loaded = await this.inputs.load({ accountId, period: close.period });
    if (!loaded.ok) return loaded;
    const inputs = loaded.value;
    const { start, end } = inputs.period;
    const usage = await this.intake.usageFingerprint(accountId, start, end, snapshot);
    const from = `${last.hash} ${usage} ${fingerprintOf(inputs)}`;
    const key = `${accountId.toString()} ${close.period}`;
    const known = this.remembered.get(key);
    if (known?.from === from) return succeed(known.corrections);
    const now = await this.drafts.bill(inputs, snapshot);
    const corrections = correctionsOf({
      period: close.period,
      billed: await billedForMonth(this.closes, accountId, close),
      now: linesOf(now.draft),
    });
    this.remembered.set(key, { from, corrections });
    return succeed(corrections);
  }
}

/** All that a month is billed from beside usage. Plain inputs go in by themselves, so that no new one is forgotten. */
function fingerprintOf({ owners, book, pools, ...plain }: BillInputs): string {
  // What a pool cost in each charge period follows from its records and the period.
  const parts = pools.map(({ costs: _, ...pool }) => pool);
  return JSON.stringify([plain, parts, owners.fingerprint(), book.extent], (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

export const OPEN_PERIOD = Symbol('OpenPeriod');
