import { type Clock, followingMonth } from '#calendar';
import type { UsageSnapshots } from '#metering';
import { type FieldFailure, fail, type Outcome, succeed } from '#outcome';
import {
  acceptedOf,
  type BillInputs,
  type CloseCheck,
  type ClosedSums,
  type CloseFinding,
  closedSums,
  closeHash,
  closeOf,
  documentText,
  findingsOf,
  MonthTotals,
  type PoolSums,
  readDocument,
  type StatementLine,
} from '../domain/index.js';
import { closesAfter } from './billed-so-far.js';
import type { CloseStage, CloseStore, KeptClose, NewClose } from './close-store.js';
import type { IntakeReader } from './intake-reader.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import type { OpenPeriod } from './open-period.js';
import type { OpenDisputeReader } from './review-store.js';
import { Turns } from './turns.js';

export interface CloseInput extends PeriodInput {
  /** Who closes; kept with the close. */
  readonly by: string;
  /** Findings that shall not hold the close. */
  readonly accept: readonly CloseCheck[];
  /** Why; required to accept anything. */
  readonly reason: string | null;
}

/** Where what may speak against a close is read, beside the bill itself. */
export interface CloseEvidence {
  readonly intake: IntakeReader;
  readonly disputes: OpenDisputeReader;
}

/** Closes looked at side by side; each holds a snapshot and reads beside it. */
const AT_ONCE = 1;

/** What would be closed, as of one moment, but for its lines. */
interface Candidate {
  readonly inputs: BillInputs;
  /** The hash of the close that it follows. */
  readonly after: string | null;
  readonly totals: MonthTotals;
  readonly pools: readonly PoolSums[];
  readonly events: bigint;
  readonly findings: readonly CloseFinding[];
}

/**
 * Closes a billing period: freezes its lines and the versions they were made from, enters them in the ledger, and chains
 * the close to the one before it. What arrives later changes nothing of it.
 */
export class ClosePeriod {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly open: OpenPeriod,
    private readonly evidence: CloseEvidence,
    private readonly snapshots: UsageSnapshots,
    private readonly store: CloseStore,
    private readonly clock: Clock,
  ) {}

  /** What holds the period's close now. Fails as `LoadBillInputs.load` does, or with `statement.already_closed`. */
  async findings(input: PeriodInput): Promise<Outcome<readonly CloseFinding[]>> {
    const candidate = await this.turns.take(() => this.candidate(input, async () => undefined));
    return candidate.ok ? succeed(candidate.value.findings) : candidate;
  }

  /**
   * Fails as `LoadBillInputs.load` does, or with `statement.already_closed`, `statement.closed_meanwhile`, `statement.busy`,
   * `statement.out_of_order` when it does not follow the last that was closed, `statement.held` naming every finding that was not accepted, `statement.reason_missing`.
   */
  async close(input: CloseInput): Promise<Outcome<ClosedSums>> {
    if (input.accept.length > 0 && (input.reason ?? '').trim() === '') return reasonMissing();
    return this.turns.take(() => this.store.stage(input.accountId, (stage) => this.closeOn(stage, input)));
  }

  /** Lines are set aside as they are billed, before it is known whether anything holds the close. */
  private async closeOn(stage: CloseStage, input: CloseInput): Promise<Outcome<ClosedSums>> {
    const candidate = await this.candidate(input, (lines) => stage.add(lines));
    if (!candidate.ok) return candidate;
    const { findings, after, totals } = candidate.value;
    const holding = findings.filter(({ check, acceptable }) => !acceptable || !input.accept.includes(check));
    if (holding.length > 0) return held(input.period, holding);
    const kept = await stage.append(after, (last, linesHash) =>
      this.newClose({ last, linesHash }, candidate.value, input),
    );
    if (!kept) return closedMeanwhile();
    return succeed(closedSums(readDocument(kept.text), totals, kept));
  }

  /** `take` is given all lines, part by part. */
  private async candidate(
    input: PeriodInput,
    take: (lines: readonly StatementLine[]) => Promise<void>,
  ): Promise<Outcome<Candidate>> {
    const { accountId } = input;
    const { intake, disputes } = this.evidence;
    const now = this.clock.now();
    if (await this.store.find(accountId, input.period)) return alreadyClosed(input.period);
    const inputs = await this.inputs.load(input);
    if (!inputs.ok) return inputs;
    const { start, end, name } = inputs.value.period;
    const last = await this.store.last(accountId);
    if (last && followingMonth(last.period) !== name) return outOfOrder(name, last.period);
    const previous = last && readDocument(last.text);
    // Asked before the moment that is billed: what is not metered by then is waiting, or comes late.
    const waitingEvents = await intake.countWaiting(accountId, start, now);
    const openQuarantine = await intake.countOpenQuarantine(accountId, start);
    const hasEarlier = !last && (await intake.hasEarlier(accountId, start));
    const open = await disputes.countOpen(accountId, name);
    return this.snapshots.hold(async (snapshot) => {
      const [totals, pools]: [MonthTotals, PoolSums[]] = [new MonthTotals(), []];
      const outcome = await this.open.billParts(inputs.value, snapshot, async (part) => {
        totals.add(part.lines);
        pools.push(...part.pools);
        await take(part.lines);
      });
      if (!outcome.ok) return outcome;
      const { events } = await intake.count(accountId, start, end, snapshot);
      const { account, period } = inputs.value;
      const findings = findingsOf(
        { period, currency: account.currency, totals },
        {
          now,
          waitingEvents,
          openQuarantine,
          previousBilled: previous ? previous.billed : null,
          hasEarlier,
          openDisputes: open.count,
          firstDisputed: open.first?.lineId ?? null,
          invoices: { ...outcome.value, accepted: await this.accepted(accountId) },
        },
      );
      return succeed({ inputs: inputs.value, after: last?.hash ?? null, totals, pools, events, findings });
    });
  }

  /** What closes accepted of invoices. */
  private async accepted(accountId: number): Promise<ReadonlySet<string>> {
    const texts = new Set<string>();
    for await (const { text } of closesAfter(this.store, accountId, 0))
      for (const accepted of acceptedOf(readDocument(text))) texts.add(accepted);
    return texts;
  }

  /** The close to add after the chain's last. */
  private newClose(
    { last, linesHash }: { readonly last: KeptClose | undefined; readonly linesHash: string },
    { inputs, totals, pools, events, findings }: Candidate,
    input: CloseInput,
  ): NewClose {
    const made = { totals, pools, linesHash };
    const document = closeOf(inputs, made, {
      closeNumber: (last?.closeNumber ?? 0) + 1,
      closedAt: this.clock.now(),
      closedBy: input.by,
      accepted: findings.map(({ check, detail }) => ({ check, detail })),
      reason: findings.length > 0 ? input.reason : null,
      events,
    });
    const text = documentText(document);
    const previousHash = last?.hash ?? null;
    return { document, text, previousHash, hash: closeHash(previousHash, text), postings: totals.postings() };
  }
}

function alreadyClosed<T>(period: string): Outcome<T> {
  return fail({ kind: 'conflict', code: 'statement.already_closed', detail: `${period} is closed` });
}

function closedMeanwhile<T>(): Outcome<T> {
  const detail = 'another month, or this one, was closed meanwhile; look again';
  return fail({ kind: 'conflict', code: 'statement.closed_meanwhile', detail });
}

function outOfOrder<T>(period: string, last: string): Outcome<T> {
  const detail = `${last} was closed last, so ${followingMonth(last)} is next, and not ${period}`;
  return fail({ kind: 'conflict', code: 'statement.out_of_order', detail });
}

function reasonMissing<T>(): Outcome<T> {
  const detail = 'findings are accepted with a reason, which the close keeps';
  const errors = [{ pointer: '/reason', code: 'statement.reason_missing', detail: 'is required with accept' }];
  return fail({ kind: 'invalid', code: 'statement.reason_missing', detail, errors });
}

function held<T>(period: string, holding: readonly CloseFinding[]): Outcome<T> {
  const errors = holding.map(
    ({ check, detail }): FieldFailure => ({ pointer: '', code: `statement.${check}`, detail }),
  );
  const detail = `${period} is held by ${holding.map(({ check }) => check).join(', ')}`;
  return fail({ kind: 'conflict', code: 'statement.held', detail, errors });
}

export const CLOSE_PERIOD = Symbol('ClosePeriod');
