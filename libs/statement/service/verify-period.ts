import { formatInstant } from '#calendar';
import type { MeteredUsageReader, UsageOrigin } from '#metering';
import { type Outcome, succeed } from '#outcome';
import {
  assembleDraft,
  type BillInputs,
  BillSums,
  BillUsage,
  type Difference,
  type DraftStatements,
  differenceOfBuckets,
  differenceOfLines,
  differenceOfTotals,
} from '../domain/index.js';
import type { DraftPeriod } from './draft-period.js';
import type { IntakeReader, IntakeState } from './intake-reader.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';
import { type PeriodUsage, usageByPeriod } from './usage-by-period.js';

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
}

/** Events may be metered while we look; a difference then is looked at again, so often. */
const ATTEMPTS = 3;

export const VERIFY_PERIOD = Symbol('VerifyPeriod');

/**
 * Computes a billing period a second time from its raw events, the plain way, and holds the statements against it that
 * come from the buckets: every bucket, every line, every total, and whether each event is known by one identity. Events
 * that were accepted and wait to be metered are a difference too: the period is not complete without them.
 */
export class VerifyPeriod {
  private readonly turns = new Turns(1);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly usage: MeteredUsageReader,
    private readonly intake: IntakeReader,
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
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.intakeOf(inputs.value);
      const verification = await this.compare(inputs.value, before);
      if (verification.agrees || attempt === ATTEMPTS) return succeed(verification);
      if (isSame(before, await this.intakeOf(inputs.value))) return succeed(verification);
    }
  }

  private async compare(inputs: BillInputs, intake: IntakeState): Promise<Verification> {
    const found = await this.drafts.draftOf(inputs);
    const recomputed = await this.recompute(inputs);
    const firstDifference =
      recomputed.difference ??
      differenceOfLines(recomputed.draft, found) ??
      differenceOfTotals(found) ??
      differenceOfIntake(intake) ??
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
    };
  }

  /** Bills the raw events and compares their sums with the buckets on the way, one charge period in memory at a time. */
  private async recompute(inputs: BillInputs): Promise<Recomputed> {
    const sums = new BillSums(inputs.account.platformTeam);
    const bill = new BillUsage(inputs, sums);
    let [buckets, chargePeriods] = [0, 0];
    let difference: Difference | undefined;
    for await (const { events, stored } of pairs(this.read(inputs, 'events'), this.read(inputs, 'buckets'))) {
      const { chargePeriod } = events;
      chargePeriods += 1;
      buckets += stored.usage.length;
      difference ??= differenceOfBuckets(events.usage, stored.usage, formatInstant(chargePeriod));
      bill.billPeriod(chargePeriod, events.usage);
    }
    bill.billUnused();
    return { draft: assembleDraft(inputs, sums), buckets, chargePeriods, difference };
  }

  private read({ account, period }: BillInputs, origin: UsageOrigin): AsyncGenerator<PeriodUsage> {
    return usageByPeriod(this.usage, { accountId: account.accountId, start: period.start, end: period.end, origin });
  }

  private intakeOf({ account, period }: BillInputs): Promise<IntakeState> {
    return this.intake.read(account.accountId, period.start, period.end);
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

function differenceOfIntake({ waitingEvents, identities, events }: IntakeState): Difference | undefined {
  if (identities !== events)
    return {
      what: 'identity',
      where: 'events of the period',
      expected: `${events.toString()} identities`,
      found: identities.toString(),
    };
  if (waitingEvents === 0n) return undefined;
  const found = `${waitingEvents.toString()} accepted events that may belong to the period wait to be metered`;
  return { what: 'intake', where: 'inbox', expected: 'no events waiting', found };
}

function isSame(a: IntakeState, b: IntakeState): boolean {
  return a.waitingEvents === b.waitingEvents && a.identities === b.identities && a.events === b.events;
}
