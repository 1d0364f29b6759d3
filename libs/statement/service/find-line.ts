import type { UsageSnapshots } from '#metering';
import { type Outcome, succeed } from '#outcome';
import {
  type BillInputs,
  BillSums,
  lineKey,
  roundLines,
  type SettledLine,
  type StatementLine,
  traceSettlements,
} from '../domain/index.js';
import { billedForMonth } from './billed-so-far.js';
import type { CloseStore, KeptClose } from './close-store.js';
import type { DraftPeriod } from './draft-period.js';
import { lineCalled } from './line-called.js';
import { linesOfClose } from './lines-of-close.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import type { OpenPeriod } from './open-period.js';
import { Turns } from './turns.js';

/** Lines looked for at the same time; each holds a snapshot and reads beside it. */
const AT_ONCE = 1;

export interface LineInput {
  readonly accountId: number;
  /** A line's id, or so much of its digits as no other line of the month begins with. */
  readonly lineId: string;
}

/** A month as it is billed at one moment, and how each of its lines was settled. */
export interface BilledNow {
  readonly inputs: BillInputs;
  readonly snapshot: string;
  readonly lines: readonly StatementLine[];
  readonly settled: (line: StatementLine) => SettledLine;
}

/** A line, and the statement that it stands on. */
export interface FoundLine {
  /** As it stands there; of a closed month without it, as it would be billed now. */
  readonly line: StatementLine;
  readonly state: 'draft' | 'closed' | 'issued';
  readonly close: KeptClose | undefined;
  /** All lines of the statement. */
  readonly beside: readonly StatementLine[];
  /** The month's own lines. */
  readonly now: BilledNow;
}

/** Finds a line by its name. The names of a draft's lines are known once it is billed, so its month is, at one moment. */
export class FindLine {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly open: OpenPeriod,
    private readonly snapshots: UsageSnapshots,
    private readonly closes: CloseStore,
  ) {}

  /**
   * Works on a line while its moment is held. Fails as `LoadBillInputs.load` and the work do, or with
   * `statement.line_not_found`, `statement.line_ambiguous`, `statement.busy`.
   */
  find<T>({ accountId, lineId }: LineInput, work: (found: FoundLine) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return this.turns.take(async () => {
      const inputs = await this.inputs.load({ accountId, period: periodOf(lineId) });
      if (!inputs.ok) return inputs;
      return this.snapshots.hold(async (snapshot) => {
        const found = await this.findIn(await this.bill(inputs.value, snapshot), lineId);
        return found.ok ? work(found.value) : found;
      });
    });
  }

  /** Another month at the same moment. Fails as `LoadBillInputs.load` does. */
  async billMonth(month: PeriodInput, snapshot: string): Promise<Outcome<BilledNow>> {
    const inputs = await this.inputs.load(month);
    return inputs.ok ? succeed(await this.bill(inputs.value, snapshot)) : inputs;
  }

  private async findIn(now: BilledNow, lineId: string): Promise<Outcome<FoundLine>> {
    const { accountId } = now.inputs.account;
    const { name } = now.inputs.period;
    const close = await this.closes.find(accountId, name);
    const beside = close ? succeed(await this.closedLines(accountId, close)) : await this.draftLines(now);
    if (!beside.ok) return beside;
    // A line that later corrections brought and took back is on no close and not billed now.
    const corrected = close ? await billedForMonth(this.closes, accountId, close) : [];
    const line = lineCalled(lineId, name, [...beside.value, ...now.lines, ...corrected]);
    if (!line.ok) return line;
    const state = !close ? 'draft' : close.issuedAt === null ? 'closed' : 'issued';
    return succeed({ line: line.value, state, close, beside: beside.value, now });
  }

  private async bill(inputs: BillInputs, snapshot: string): Promise<BilledNow> {
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
}

/** The month's own line of the same fields as it is billed now; null: it would be none. */
export function lineNow({ lines }: BilledNow, line: StatementLine): StatementLine | null {
  const key = lineKey(line);
  return lines.find((other) => lineKey(other) === key) ?? null;
}

/** `2023-11` of `2023-11.5f0c…`. */
function periodOf(lineId: string): string {
  return lineId.slice(0, lineId.indexOf('.'));
}
