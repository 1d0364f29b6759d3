import type { UsageSnapshots } from '#metering';
import { type Outcome, succeed } from '#outcome';
import {
  type BillInputs,
  BillSums,
  type ChargePage,
  type LineExplanation,
  lineKey,
  type OwnExplanation,
  ownExplanation,
  roundLines,
  type SettledLine,
  type StatementLine,
  traceSettlements,
} from '../domain/index.js';
import { billedForMonth } from './billed-so-far.js';
import type { CloseStore, KeptClose } from './close-store.js';
import type { DraftPeriod } from './draft-period.js';
import { ExplainSinceClose } from './explain-since-close.js';
import { lineCalled } from './line-called.js';
import { linesOfClose } from './lines-of-close.js';
import type { LoadBillInputs } from './load-bill-inputs.js';
import type { OpenPeriod } from './open-period.js';
import { type LineReaders, traceLine } from './trace-line.js';
import { Turns } from './turns.js';

export interface ExplainLineInput {
  readonly accountId: number;
  /** A line's id, or so much of its digits as no other line of the month begins with. */
  readonly lineId: string;
  readonly page: ChargePage;
}

/** Explanations at the same time; each holds a snapshot and reads beside it. */
const AT_ONCE = 1;

/** A month as it is billed now, and how each of its lines was settled. */
interface BilledNow {
  readonly inputs: BillInputs;
  readonly snapshot: string;
  readonly lines: readonly StatementLine[];
  readonly settled: (line: StatementLine) => SettledLine;
}

/** A month's lines as its statements show them, and its close where it has one. */
interface Standing {
  readonly close: KeptClose | undefined;
  readonly lines: readonly StatementLine[];
}

/**
 * Says how a statement's line came about. It is billed again at one moment: quickly with all others, for what is settled and
 * rounded over the month, and the plain way with its pool alone, for its charges. A closed line is explained by what is
 * known now, and by what that is more than it was closed with.
 */
export class ExplainLine {
  private readonly turns = new Turns(AT_ONCE);
  private readonly since: ExplainSinceClose;

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly open: OpenPeriod,
    private readonly readers: LineReaders,
    private readonly snapshots: UsageSnapshots,
    private readonly closes: CloseStore,
  ) {
    this.since = new ExplainSinceClose(closes);
  }

  /**
   * Fails as `LoadBillInputs.load` does, or with `statement.line_not_found`, `statement.line_ambiguous`, `statement.busy`.
   */
  explain(input: ExplainLineInput): Promise<Outcome<LineExplanation>> {
    return this.turns.take(() => this.explainNow(input));
  }

  private async explainNow({ accountId, lineId, page }: ExplainLineInput): Promise<Outcome<LineExplanation>> {
    const inputs = await this.inputs.load({ accountId, period: periodOf(lineId) });
    if (!inputs.ok) return inputs;
    return this.snapshots.hold(async (snapshot) => {
      const now = await this.billNow(inputs.value, snapshot);
      const close = await this.closes.find(accountId, inputs.value.period.name);
      const standing = close ? succeed(await this.closedLines(accountId, close)) : await this.draftLines(now);
      if (!standing.ok) return standing;
      // A line that later corrections brought and took back is on no close and not billed now.
      const corrected = close ? await billedForMonth(this.closes, accountId, close) : [];
      const line = lineCalled(lineId, inputs.value.period.name, [...standing.value, ...now.lines, ...corrected]);
      if (!line.ok) return line;
      return succeed(await this.explanationOf(line.value, now, { close, lines: standing.value }, page));
    });
  }

  private async billNow(inputs: BillInputs, snapshot: string): Promise<BilledNow> {
    const sums = new BillSums(inputs.account.platformTeam);
    await this.drafts.fold(inputs, sums, snapshot);
    const settled = traceSettlements(sums, inputs);
    return { inputs, snapshot, lines: roundLines(sums.lines(), inputs.account.currency), settled };
  }

  private async draftLines({ inputs, lines, snapshot }: BilledNow): Promise<Outcome<readonly StatementLine[]>> {
    const corrections = await this.open.corrections(inputs, snapshot);
    return corrections.ok ? succeed([...lines, ...corrections.value]) : corrections;
  }

  private async closedLines(accountId: number, { closeNumber }: KeptClose): Promise<StatementLine[]> {
    const lines: StatementLine[] = [];
    for await (const { line } of linesOfClose(this.closes, accountId, closeNumber)) lines.push(line);
    return lines;
  }

  private async explanationOf(
    line: StatementLine,
    billed: BilledNow,
    { close, lines }: Standing,
    page: ChargePage,
  ): Promise<LineExplanation> {
    const { account, period } = billed.inputs;
    const { accountId, currency } = account;
    const state = !close ? 'draft' : close.issuedAt === null ? 'closed' : 'issued';
    const explained = { period: period.name, currency, state, line } as const;
    if (line.correction) {
      const correction = await this.since.correctionOf(accountId, line, close, lines);
      return { ...explained, own: null, correction, sinceClose: null };
    }
    const own = await this.ownOf(line, billed, page);
    const sinceClose = close ? await this.since.sinceClose(accountId, close, line, own.now) : null;
    return { ...explained, own, correction: null, sinceClose };
  }

  private async ownOf(line: StatementLine, billed: BilledNow, page: ChargePage): Promise<OwnExplanation> {
    const { inputs, snapshot, lines } = billed;
    const key = lineKey(line);
    const now = lines.find((other) => lineKey(other) === key) ?? null;
    const { charges, prices } = await traceLine(this.readers, inputs, line, snapshot);
    return ownExplanation(inputs, { line, lines, now, settled: billed.settled(line), charges, prices }, page);
  }
}

/** `2023-11` of `2023-11.5f0c…`. */
function periodOf(lineId: string): string {
  return lineId.slice(0, lineId.indexOf('.'));
}

export const EXPLAIN_LINE = Symbol('ExplainLine');
