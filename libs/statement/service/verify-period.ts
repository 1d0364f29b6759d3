import { formatInstant } from '#calendar';
import type { MeteredUsageReader, UsageOrigin, UsageSnapshots } from '#metering';
import { type Outcome, succeed } from '#outcome';
import {
  assembleDraft,
  type BillInputs,
  BillSums,
  BillUsage,
  type ChangesSince,
  changesSince,
  type Difference,
  type DraftStatements,
  differenceOfBuckets,
  differenceOfLines,
  differenceOfTotals,
  linesOf,
} from '../domain/index.js';
import { billedForMonth } from './billed-so-far.js';
import type { CloseStore } from './close-store.js';
import type { DraftPeriod } from './draft-period.js';
import type { IntakeGate } from './intake-gate.js';
import type { IntakeCounts } from './intake-reader.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';
import { type PeriodUsage, usageByPeriod } from './usage-by-period.js';
import { VerifyCloses } from './verify-closes.js';

/** What was compared, and the first thing that differs. */
export interface Verification {
  readonly period: string;
  readonly agrees: boolean;
  readonly checked: {
    readonly events: bigint;
    readonly buckets: number;
    readonly chargePeriods: number;
    readonly lines: number;
    readonly pools: number;
    readonly providers: number;
  };
  readonly firstDifference: Difference | null;
  /** Of a closed period: what it would be billed now beyond what it was, corrections included. Null for a draft. */
  readonly sinceClose: (ChangesSince & { readonly currency: string }) | null;
}

export const VERIFY_PERIOD = Symbol('VerifyPeriod');

/**
 * Computes a billing period a second time from its raw events, the plain way, and holds the statements against it that
 * come from the buckets: every bucket, every line, every total, and whether each event is known by one identity. All of it
 * at one moment, so that it may be asked while events come in. What was accepted before it was asked must be metered first:
 * the period is not complete without it. Everything that was ever closed must also be as it was closed.
 */
export class VerifyPeriod {
  private readonly turns = new Turns(1);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly usage: MeteredUsageReader,
    private readonly intake: IntakeGate,
    private readonly snapshots: UsageSnapshots,
    private readonly closes: CloseStore,
  ) {}

  /**
   * Fails as `LoadBillInputs.load` does, or with `statement.busy`. That something differs is no failure but the answer.
   */
  verify(input: PeriodInput): Promise<Outcome<Verification>> {
    return this.turns.take(() => this.verifyNow(input));
  }

  private async verifyNow(input: PeriodInput): Promise<Outcome<Verification>> {
    const inputs = await this.inputs.load(input);
    if (!inputs.ok) return inputs;
    const waiting = await this.intake.awaitMetered(inputs.value);
    return this.snapshots.hold(async (snapshot) => succeed(await this.compare(inputs.value, snapshot, waiting)));
  }

  private async compare(inputs: BillInputs, snapshot: string, waitingEvents: bigint): Promise<Verification> {
    const { account } = inputs;
    const intake = await this.intake.count(inputs, snapshot);
    const found = await this.drafts.draftOf(inputs, snapshot);
    const recomputed = await this.recompute(inputs, snapshot);
    const firstDifference =
      (await new VerifyCloses(this.closes).firstDifference(account.accountId)) ??
      recomputed.difference ??
      differenceOfLines(recomputed.draft, found) ??
      differenceOfTotals(found) ??
      differenceOfIdentities(intake) ??
      differenceOfIntake(waitingEvents) ??
      null;
    return {
      period: inputs.period.name,
      agrees: firstDifference === null,
      checked: {
        events: intake.events,
        buckets: recomputed.buckets,
        chargePeriods: recomputed.chargePeriods,
        lines: found.teams.reduce((sum, { lines }) => sum + lines.length, 0),
        pools: found.pools.length,
        providers: found.providers.length,
      },
      firstDifference,
      sinceClose: await this.sinceClose(inputs, found),
    };
  }

  private async sinceClose({ account, period }: BillInputs, now: DraftStatements): Promise<Verification['sinceClose']> {
    const { accountId, currency } = account;
    const close = await this.closes.find(accountId, period.name);
    if (!close) return null;
    return { ...changesSince(await billedForMonth(this.closes, accountId, close), linesOf(now)), currency };
  }

  /** Bills the raw events and compares their sums with the buckets on the way, one charge period in memory at a time. */
  private async recompute(inputs: BillInputs, snapshot: string): Promise<Recomputed> {
    const sums = new BillSums(inputs.account.platformTeam);
    const bill = new BillUsage(inputs, sums);
    let [buckets, chargePeriods] = [0, 0];
    let difference: Difference | undefined;
    const [raw, kept] = [this.read(inputs, 'events', snapshot), this.read(inputs, 'buckets', snapshot)];
    for await (const { events, stored } of pairs(raw, kept)) {
      const { chargePeriod } = events;
      chargePeriods += 1;
      buckets += stored.usage.length;
      difference ??= differenceOfBuckets(events.usage, stored.usage, formatInstant(chargePeriod));
      bill.billPeriod(chargePeriod, events.usage);
    }
    bill.billUnused();
    return { draft: assembleDraft(inputs, sums), buckets, chargePeriods, difference };
  }

  private read({ account, period }: BillInputs, origin: UsageOrigin, snapshot: string): AsyncGenerator<PeriodUsage> {
    const { accountId } = account;
    return usageByPeriod(this.usage, { accountId, start: period.start, end: period.end, origin, snapshot });
  }
}

const NEVER = Number.POSITIVE_INFINITY;

interface Recomputed {
  readonly draft: DraftStatements;
  readonly buckets: number;
  readonly chargePeriods: number;
  readonly difference: Difference | undefined;
}

interface Pair {
  readonly events: PeriodUsage;
  readonly stored: PeriodUsage;
}

/** Merges two readings by charge period; where one has none, it pairs with no usage. */
async function* pairs(events: AsyncGenerator<PeriodUsage>, stored: AsyncGenerator<PeriodUsage>): AsyncGenerator<Pair> {
  try {
    let [left, right] = [await take(events), await take(stored)];
    while (left ?? right) {
      const chargePeriod = Math.min(left?.chargePeriod ?? NEVER, right?.chargePeriod ?? NEVER);
      const [ofEvents, ofStored] = [left, right].map((own) => (own?.chargePeriod === chargePeriod ? own : undefined));
      const none = { chargePeriod, usage: [] };
      yield { events: ofEvents ?? none, stored: ofStored ?? none };
      if (ofEvents) left = await take(events);
      if (ofStored) right = await take(stored);
    }
  } finally {
    await Promise.all([events.return(undefined), stored.return(undefined)]);
  }
}

async function take(source: AsyncGenerator<PeriodUsage>): Promise<PeriodUsage | undefined> {
  const next = await source.next();
  return next.done ? undefined : next.value;
}

function differenceOfIdentities({ identities, events }: IntakeCounts): Difference | undefined {
  if (identities === events) return undefined;
  const expected = `${events.toString()} identities`;
  return { what: 'identity', where: 'events of the period', expected, found: identities.toString() };
}

function differenceOfIntake(waitingEvents: bigint): Difference | undefined {
  if (waitingEvents === 0n) return undefined;
  const found = `${waitingEvents.toString()} accepted events that may belong to the period wait to be metered`;
  return { what: 'intake', where: 'inbox', expected: 'no events waiting', found };
}
